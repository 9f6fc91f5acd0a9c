import { type ChildProcess, execFileSync } from 'node:child_process';
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * How a disk gets full. A `tmpfs` is a disk: ENOSPC, but a file may still grow to the end of its page (4 KiB), and what
 * was reserved before can still be written. It takes root on Linux. A `file-size limit` is harder: EFBIG for every byte
 * beyond the limit, in any file of the process. It takes Linux.
 */
export type DiskWay = 'tmpfs' | 'file-size limit';

export type DiskOptions = {
  /** Bytes of a tmpfs. */
  size?: number;
  /** The largest file that may be written once the disk is full by a limit, in bytes. */
  limit?: number;
  /** A tmpfs where one can be mounted, unless told otherwise. */
  way?: DiskWay;
};

const SIZE = 1024 * 1024;
const PAGE = Buffer.alloc(4096, '#');

/** A small disk for one step, which a test can fill. */
export class FillableDisk {
  readonly way: DiskWay;
  readonly #root = mkdtempSync(join(tmpdir(), 'fillable-disk-'));
  readonly #limit: number;
  #full = false;

  /** @throws where neither way is open */
  constructor(options: DiskOptions = {}) {
    this.#limit = options.limit ?? 0;
    this.way = options.way ?? (FillableDisk.ways.includes('tmpfs') ? 'tmpfs' : 'file-size limit');
    if (!FillableDisk.ways.includes(this.way)) throw new Error(`A disk that fills by a ${this.way} can't be had here`);
    if (this.way === 'tmpfs') mount(this.#root, options.size ?? SIZE);
    mkdirSync(this.temp);
    mkdirSync(this.commandFolder);
  }

  /** The ways that are open to this process. */
  static get ways(): readonly DiskWay[] {
    if (process.platform !== 'linux') return [];
    return canMount() ? ['tmpfs', 'file-size limit'] : ['file-size limit'];
  }

  get temp(): string {
    return join(this.#root, 'temp');
  }

  get commandFolder(): string {
    return join(this.#root, 'command-files');
  }

  get isFull(): boolean {
    return this.#full;
  }

  /** What stands before the command of a process that starts on this disk as it is now. */
  get launcher(): readonly string[] {
    return this.#full && this.way === 'file-size limit' ? ['prlimit', `--fsize=${this.#limit}:`] : [];
  }

  /** From now on nothing more can be written; `child` is the process that has been started on it. */
  fill(child?: ChildProcess): void {
    this.#full = true;
    if (this.way === 'tmpfs') this.#writeFiller();
    else setLimit(child, String(this.#limit));
  }

  free(child?: ChildProcess): void {
    this.#full = false;
    if (this.way === 'tmpfs') rmSync(this.#filler, { force: true });
    else setLimit(child, 'unlimited');
  }

  get #filler(): string {
    return join(this.#root, 'filler');
  }

  #writeFiller(): void {
    const file = openSync(this.#filler, 'a');
    try {
      for (;;) writeSync(file, PAGE);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    } finally {
      closeSync(file);
    }
  }

  [Symbol.dispose](): void {
    if (this.way === 'tmpfs') execFileSync('umount', ['--lazy', this.#root]);
    rmSync(this.#root, { recursive: true, force: true });
  }
}

let mountable: boolean | undefined;

// Root in a container often may not: only a try can tell.
function canMount(): boolean {
  if (mountable !== undefined) return mountable;
  const folder = mkdtempSync(join(tmpdir(), 'fillable-disk-'));
  try {
    mount(folder, PAGE.length);
    execFileSync('umount', [folder]);
    mountable = true;
  } catch {
    mountable = false;
  }
  rmSync(folder, { recursive: true });
  return mountable;
}

function mount(folder: string, size: number): void {
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size},mode=0700`, 'tmpfs', folder], { stdio: 'ignore' });
}

// The soft limit alone, so that it can be lifted again.
function setLimit(child: ChildProcess | undefined, bytes: string): void {
  if (child?.pid === undefined || child.exitCode !== null) return;
  execFileSync('prlimit', ['--pid', String(child.pid), `--fsize=${bytes}:`]);
}

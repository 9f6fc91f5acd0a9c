import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';

const flags = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--hide-scrollbars',
  '--remote-debugging-port=0',
];

type Answer = { id?: number; result?: Record<string, unknown>; error?: { message: string } };

/** A Chromium that takes pictures of pages, told so by the DevTools protocol: its windows can't be as narrow as a phone. */
export class Chromium implements AsyncDisposable {
  readonly #process: ChildProcess;
  readonly #folder: string;
  readonly #socket: WebSocket;
  readonly #waiting = new Map<number, (answer: Answer) => void>();
  #session: string | undefined;
  #calls = 0;

  private constructor(process: ChildProcess, folder: string, socket: WebSocket) {
    this.#process = process;
    this.#folder = folder;
    this.#socket = socket;
    socket.addEventListener('message', ({ data }) => {
      const answer = JSON.parse(String(data)) as Answer;
      if (answer.id !== undefined) this.#waiting.get(answer.id)?.(answer);
    });
  }

  static async start(program: string): Promise<Chromium> {
    const folder = mkdtempSync(join(tmpdir(), 'pictures-'));
    const child = spawn(program, [...flags, `--user-data-dir=${join(folder, 'profile')}`, 'about:blank'], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const socket = new WebSocket(await addressOf(child));
    await once(socket, 'open');
    const chromium = new Chromium(child, folder, socket);
    const { targetId } = await chromium.#call('Target.createTarget', { url: 'about:blank' });
    const { sessionId } = await chromium.#call('Target.attachToTarget', { targetId, flatten: true });
    chromium.#session = String(sessionId);
    return chromium;
  }

  /**
   * Takes a picture of a whole page at a width in CSS pixels, with two pixels for each.
   *
   * @returns how high it is, and how much wider its text is than it has room, in CSS pixels
   */
  async picture(html: string, width: number, path: string): Promise<{ height: number; excess: number }> {
    const page = join(this.#folder, 'page.html');
    writeFileSync(page, html);
    await this.#resize(width, 800);
    await this.#call('Page.navigate', { url: pathToFileURL(page).href });
    const { result } = await this.#call('Runtime.evaluate', {
      expression: `new Promise((done) => {
        const tell = () => done({ height: document.body.offsetHeight, excess: document.documentElement.scrollWidth - innerWidth });
        document.readyState === 'complete' ? tell() : addEventListener('load', tell);
      })`,
      awaitPromise: true,
      returnByValue: true,
    });
    const { height, excess } = (result as { value: { height: number; excess: number } }).value;
    await this.#resize(width, height);
    const { data } = await this.#call('Page.captureScreenshot', { format: 'png' });
    writeFileSync(path, Buffer.from(String(data), 'base64'));
    return { height, excess };
  }

  async #resize(width: number, height: number): Promise<void> {
    await this.#call('Emulation.setDeviceMetricsOverride', { width, height, deviceScaleFactor: 2, mobile: false });
  }

  /** @throws Error where Chromium does not do it */
  #call(method: string, params: Record<string, unknown>): Promise<Record<string, unknown>> {
    const id = ++this.#calls;
    const answered = new Promise<Record<string, unknown>>((resolve, reject) => {
      this.#waiting.set(id, ({ result = {}, error }) => {
        this.#waiting.delete(id);
        if (error === undefined) resolve(result);
        else reject(new Error(`${method}: ${error.message}`));
      });
    });
    this.#socket.send(JSON.stringify({ id, method, params, sessionId: this.#session }));
    return answered;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const exited = once(this.#process, 'exit');
    this.#socket.close();
    this.#process.kill();
    await exited;
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** @throws Error where it ends before it tells where it listens */
async function addressOf(child: ChildProcess): Promise<string> {
  if (child.stderr === null) throw new Error('no standard error');
  for await (const line of createInterface({ input: child.stderr })) {
    const address = /^DevTools listening on (ws:\S+)/.exec(line)?.[1];
    if (address !== undefined) return address;
  }
  throw new Error('Chromium ended before it listened');
}

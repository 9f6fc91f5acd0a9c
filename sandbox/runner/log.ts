export type Annotation = { level: 'error' | 'warning' | 'notice'; message: string; title?: string };

const MESSAGE_LIMIT = 4096;
const PER_LEVEL = 10;
const LEVELS = { error: 'Error', warning: 'Warning', notice: 'Notice' } as const;

/** Replaces secrets in text as the runner does: the value, each of its lines, and some encodings of both. */
export class Masker {
  readonly values: string[] = [];
  readonly #forms = new Set<string>();

  add(value: string): void {
    if (value.trim() === '') return;
    this.values.push(value);
    for (const part of [value, ...value.split(/[\r\n]+/)]) {
      for (const form of encodings(part)) if (form !== '') this.#forms.add(form);
    }
  }

  mask(text: string): string {
    const spans = [...this.#forms].flatMap((form) => occurrences(text, form)).sort((a, b) => a[0] - b[0]);
    let masked = '';
    let end = 0;
    for (const [from, to] of spans) {
      // Spans that touch become one.
      if (from > end || masked === '') masked += `${text.slice(end, from)}***`;
      end = Math.max(end, to);
    }
    return masked + text.slice(end);
  }
}

function encodings(value: string): string[] {
  const bytes = Buffer.from(value);
  const base64 = [0, 1, 2].map((shift) => bytes.subarray(bytes.length > shift ? shift : 0).toString('base64'));
  const xml = value.replace(/[<>&'"]/g, (c) => XML[c] ?? c);
  const json = JSON.stringify(value).slice(1, -1);
  const commandLine = value.replaceAll('"', '\\"');
  const unquoted = value.length > 8 && /^".*"$/s.test(value) ? value.slice(1, -1) : '';
  const split = value.lastIndexOf('&') + 1;
  const powershell = split === 0 ? [] : [value.slice(0, split), value.slice(split)].filter((part) => part.length >= 6);
  return [value, ...base64, json, encodeURIComponent(value.toWellFormed()), xml, commandLine, unquoted, ...powershell];
}

const XML: Record<string, string> = { '<': '&lt;', '>': '&gt;', '&': '&amp;', "'": '&apos;', '"': '&quot;' };

function occurrences(text: string, part: string): [number, number][] {
  const found: [number, number][] = [];
  for (let at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + 1)) found.push([at, at + part.length]);
  return found;
}

/** What becomes of a step's output: masks, annotations, and the log that people see. */
export class StepLog {
  readonly annotations: Annotation[] = [];
  readonly #masker: Masker;
  readonly #debug: boolean;
  readonly #lines: string[] = [];
  #stopped: string | undefined;

  constructor(masker: Masker, debug: boolean) {
    this.#masker = masker;
    this.#debug = debug;
  }

  get text(): string {
    return this.#lines.join('\n');
  }

  line(raw: string): void {
    const command = /^\s*::([\w-]+)(?: (.*?))?::(.*)$/s.exec(raw);
    const [, name = '', properties = '', data = ''] = command ?? [];
    if (this.#stopped !== undefined) {
      if (name === this.#stopped) this.#stopped = undefined;
      else this.#print(raw);
    } else if (command) this.#command(raw, name, properties, unescapeData(data));
    else this.#print(raw);
  }

  annotate(level: Annotation['level'], message: string, title?: string): void {
    const masked = this.#masker.mask(message);
    this.#lines.push(`${LEVELS[level]}: ${masked}`);
    if (this.annotations.filter((other) => other.level === level).length >= PER_LEVEL) return;
    const titled = title === undefined ? {} : { title: this.#masker.mask(title) };
    this.annotations.push({ level, message: masked.slice(0, MESSAGE_LIMIT), ...titled });
  }

  #command(raw: string, name: string, properties: string, data: string): void {
    if (name === 'add-mask') this.#masker.add(data);
    else if (name === 'error' || name === 'warning' || name === 'notice') {
      this.annotate(name, data, parseProperties(properties).title);
    } else if (name === 'stop-commands') this.#stopped = data;
    else if (name === 'debug' && !this.#debug) return;
    else if (['debug', 'group', 'endgroup'].includes(name)) this.#print(`##[${name}]${data}`);
    else this.#print(raw);
  }

  #print(text: string): void {
    this.#lines.push(this.#masker.mask(text));
  }
}

function parseProperties(text: string): Record<string, string> {
  const pairs = text.split(',').map((pair) => pair.trim().split(/=(.*)/s));
  return Object.fromEntries(pairs.map(([name = '', value = '']) => [name, unescapeProperty(value)]));
}

function unescapeData(text: string): string {
  return text.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%');
}

function unescapeProperty(text: string): string {
  return unescapeData(text.replaceAll('%3A', ':').replaceAll('%2C', ','));
}

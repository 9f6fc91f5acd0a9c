import { createRequire as __WEBPACK_EXTERNAL_createRequire } from "module";
var __webpack_exports__ = {};

;// CONCATENATED MODULE: ./build/action/environment.js
function environmentFrom(variables) {
    const repository = variables.GITHUB_REPOSITORY ?? '';
    const server = variables.GITHUB_SERVER_URL || 'https://github.com';
    return {
        // The toolkit's own rule for names. Its getInput can't tell an input that is empty from one that is not there.
        input: (name) => variables[`INPUT_${name.replaceAll(' ', '_').toUpperCase()}`]?.trim(),
        repository,
        isRerun: Number(variables.GITHUB_RUN_ATTEMPT) > 1,
        runUrl: `${server}/${repository}/actions/runs/${variables.GITHUB_RUN_ID ?? ''}`,
        githubUrl: variables.GITHUB_API_URL || 'https://api.github.com',
        temp: variables.RUNNER_TEMP ?? '',
        variables,
    };
}

;// CONCATENATED MODULE: external "node:fs"
const external_node_fs_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:fs");
;// CONCATENATED MODULE: external "node:util"
const external_node_util_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:util");
;// CONCATENATED MODULE: ./build/lib/secret.js

/** Every clear value that a {@link Secret} was made of: {@link repeatsSecret} looks for them in text from outside. */
const known = new Set();
/**
 * A clear token that can't print itself: as a string, as JSON and under inspection it is `***`. Only
 * {@link Secret.reveal} gives the value, and each call of it is a place to review.
 */
class Secret {
    #value;
    constructor(value) {
        this.#value = value;
        if (value !== '')
            known.add(value);
    }
    /** The clear value: for the `add-mask` line, an `Authorization` header, the sealed box and the output `token`. */
    reveal() {
        return this.#value;
    }
    toString() {
        return '***';
    }
    toJSON() {
        return '***';
    }
    [external_node_util_namespaceObject.inspect.custom]() {
        return '***';
    }
}
/**
 * Whether a value can stand in an `Authorization: Bearer` header: printable ASCII without spaces (RFC 9110, RFC 6750).
 */
function canStandInHeader(value) {
    return /^[\x21-\x7e]+$/.test(value);
}
/** Tokens of GitHub by their prefixes, and ThousandEyes', which are UUIDs. */
const tokenForms = /gh[a-z]_[a-z0-9]{30}|github_pat_\w{30}|[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}/i;
/** Whether a text holds what has the form of a token, though it need not be one that is known. */
function looksLikeToken(text) {
    return tokenForms.test(text);
}
/** A run of so many letters and digits is no coincidence any more. */
const tellingRun = 12;
/** Of values longer than this only every eighth run is looked for: a text that repeats 19 characters is still found. */
const longValue = 2048;
/** By their length, the runs of the known values; the values in `known` up to `indexed` are in it. */
const runs = new Map();
let indexed = 0;
/**
 * Whether a text from outside repeats a known credential or a telling part of it, whatever its case, its punctuation and
 * its blanks are, also in Base64, as it stands in headers: the runner's masks know whole values only, and don't reach the
 * summary file.
 */
function repeatsSecret(text) {
    for (const value of known)
        if (text.includes(value))
            return true;
    for (const value of [...known].slice(indexed))
        noteRuns(value);
    indexed = known.size;
    const plain = withoutPunctuation(text);
    for (const [length, set] of runs) {
        for (let at = 0; at + length <= plain.length; at++)
            if (set.has(plain.slice(at, at + length)))
                return true;
    }
    return false;
}
function noteRuns(value) {
    for (const form of new Set(formsOf(value).map(withoutPunctuation))) {
        const length = Math.min(form.length, Math.max(6, Math.min(Math.floor(form.length / 2), tellingRun)));
        if (length === 0)
            continue;
        const set = runs.get(length) ?? new Set();
        runs.set(length, set);
        for (let at = 0; at + length <= form.length; at += form.length > longValue ? 8 : 1)
            set.add(form.slice(at, at + length));
    }
}
function withoutPunctuation(text) {
    return text
        .normalize('NFKC')
        .toLowerCase()
        .replace(/[^\p{L}\p{N}]+/gu, '');
}
/** Base64 depends on the offset at which the value starts, so the part that is the same for each offset is searched. */
function formsOf(value) {
    const bytes = Buffer.from(value);
    const base64 = [0, 1, 2].map((offset) => {
        const encoded = Buffer.concat([Buffer.alloc(offset), bytes])
            .toString('base64')
            .replaceAll('=', '');
        return encoded.slice(offset === 0 ? 0 : offset + 1, (offset + bytes.length) % 3 === 0 ? undefined : -1);
    });
    return [value, ...base64];
}

;// CONCATENATED MODULE: ./build/lib/text.js

/** What stands in place of a text that repeats a credential. */
const notShown = 'not shown, because it repeats part of a credential';
const longestRead = 100_000;
/** Text from outside, fit for a line: nothing of a credential, no odd characters, no link, at most `max` characters. */
function quote(text, max = 200) {
    if (typeof text !== 'string')
        return '';
    // Looked at before it is cut: half of a credential would be left else.
    const start = text.slice(0, longestRead);
    if (repeatsSecret(start))
        return notShown;
    const line = oneLine(start)
        .replace(/:\/\//g, ': //')
        .replace(/\bwww\./gi, 'www .');
    return line.length > max ? `${line.slice(0, max - 1).toWellFormed()}…` : line.toWellFormed();
}
/** A text without control, invisible and line-breaking characters, which could forge a line or a workflow command. */
function oneLine(text) {
    return text.replace(/[\s\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ').trim();
}
/** What a text is as JSON; undefined where it is none, or null. */
function jsonFrom(text) {
    try {
        return JSON.parse(text) ?? undefined;
    }
    catch {
        return undefined;
    }
}
/** A moment for people, in UTC, to the minute: `2026-11-23 19:05 UTC`. */
function minuteOf(ms) {
    return `${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
/** ` by 2026-12-15 05:23 UTC`; empty where that is over, or not known. */
function byMinute(moment, now) {
    return moment === undefined || moment <= now ? '' : ` by ${minuteOf(moment)}`;
}
/** A day for people, in UTC: `2026-11-23`. */
function dayOf(ms) {
    return new Date(ms).toISOString().slice(0, 10);
}
/** ISO 8601 in UTC, without milliseconds where they are zero: `2028-11-23T19:00:00Z`. */
function isoOf(ms) {
    return new Date(ms).toISOString().replace('.000Z', 'Z');
}
/** The same moment without its milliseconds: GitHub's dates have none. */
function wholeSecond(ms) {
    return Math.floor(ms / 1000) * 1000;
}
/** Beyond this year a date is nonsense, and its text has another form. */
const latestMoment = Date.UTC(9000, 0);
/** The moment (ms since the epoch) of an ISO 8601 text; undefined where it is none. A date is midnight UTC. */
function momentFrom(text) {
    if (typeof text !== 'string')
        return undefined;
    const iso = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)(Z|[+-]\d{2}:?\d{2})?)?$/;
    const parts = iso.exec(text.trim());
    if (parts === null)
        return undefined;
    // Without a zone, JavaScript reads a date and time as local; the APIs mean UTC.
    const [, day, time = '00:00', zone = 'Z'] = parts;
    const ms = Date.parse(`${day}T${time}${zone}`);
    return Number.isNaN(ms) || ms > latestMoment || !isInCalendar(day) ? undefined : ms;
}
/** JavaScript takes the 30th of February for a day in March. */
function isInCalendar(day) {
    return dayOf(Date.parse(`${day}T00:00Z`)) === day;
}
/** A span for people: `40 s`, `12 min`, `3 h`, `15 days`. */
function spanOf(ms) {
    if (ms <= 90_000)
        return `${Math.ceil(ms / 1000)} s`;
    if (ms < 90 * 60_000)
        return `${Math.ceil(ms / 60_000)} min`;
    if (ms < 36 * 3_600_000)
        return `${Math.ceil(ms / 3_600_000)} h`;
    return `${Math.ceil(ms / 86_400_000)} days`;
}
/** The time from now to a date, beside which it stands: `14 days left`, `3 h left`, `over`. */
function timeLeft(until, now) {
    const left = until - now;
    if (left <= 0)
        return 'over';
    // To the minute: fourteen days less some seconds are fourteen days to a person.
    const days = Math.floor((left + 60_000) / 86_400_000);
    return days >= 2 ? `${days} days left` : `${spanOf(left)} left`;
}
function plural(count, one, many = `${one}s`) {
    return `${count} ${count === 1 ? one : many}`;
}
/** As many of the texts as there is room for in so many bytes, with one more for what stands behind each. */
function fitting(texts, mostBytes) {
    let size = 0;
    const end = texts.findIndex((text) => {
        size += Buffer.byteLength(text) + 1;
        return size > mostBytes;
    });
    return end === -1 ? texts : texts.slice(0, end);
}
/** The first of many names, each once, and how many more there are. */
function text_someOf(names, most) {
    const distinct = [...new Set(names)];
    const more = distinct.length > most ? ` and ${distinct.length - most} more` : '';
    return `${distinct.slice(0, most).join(', ')}${more}`;
}

;// CONCATENATED MODULE: ./build/lib/problem.js

/** What is left out where the same problem asks for more than that. */
const startAgain = 'Run this workflow again.';
function problem(attempt, cause, steps, why) {
    const list = typeof steps === 'string' ? [steps] : steps;
    return { attempt, cause, steps: list, ...(why === undefined ? {} : { why }) };
}
/** The same problem with a last step that says how to go on, in place of a mere new start. */
function withSteps(found, ...last) {
    return { ...found, steps: [...found.steps.filter((step) => step !== startAgain), ...last] };
}
function happenedIn({ attempt, cause }) {
    return `${attempt}: ${sentence(cause)}`;
}
function sentence(text) {
    return text.endsWith('.') ? text : `${text}.`;
}
/** What to do: numbered where there is more than one step. */
function numberedSteps({ steps }) {
    return steps.length === 1 ? steps : steps.map((step, index) => `${index + 1}. ${step}`);
}
/** The whole problem in one line. */
function messageOf(found) {
    return [happenedIn(found), ...numberedSteps(found), found.why ?? []].flat().join(' ');
}
/** A line for what happened, and one for each step. */
function told(found) {
    return [happenedIn(found), ...numberedSteps(found)].join('\n');
}
/** The same, and a line for why where there is one. */
function linesOf(found) {
    return found.why === undefined ? told(found) : `${told(found)}\nWhy: ${found.why}`;
}
/** Each problem once: targets in one repository share theirs. */
function distinctProblems(problems) {
    return [...new Map(problems.map((each) => [messageOf(each), each])).values()];
}
/** Problems that differ only in what was attempted, and in its name, as one: many targets may fail alike. It names the first of them. */
function grouped(problems, mostNames) {
    const groups = Map.groupBy(problems, (each) => {
        const { cause, steps, why } = ofEach(each);
        return JSON.stringify([cause, steps, why]);
    });
    return [...groups.values()].flatMap((alike) => {
        if (alike.length === 1)
            return alike;
        const attempts = alike.map(({ attempt }) => attempt);
        // `Writing a, b`, not `Writing a, Writing b`.
        const [verb = ''] = /^(?:Reading|Writing) /.exec(attempts[0] ?? '') ?? [];
        const same = attempts.every((attempt) => attempt.startsWith(verb)) ? verb : '';
        const names = attempts.map((attempt) => attempt.slice(same.length));
        return alike.slice(0, 1).map((first) => ({ ...ofEach(first), attempt: `${same}${someOf(names, mostNames)}` }));
    });
}
/** The same without the name of the repository that it is about; in a command the name stays, which is to be run as it stands. */
function ofEach(found) {
    const [name] = /[\w.-]+\/[\w.-]+/.exec(found.attempt) ?? [];
    if (name === undefined)
        return found;
    const whole = new RegExp(`(?<![\\w./-])${RegExp.escape(name)}(?![\\w/-]|[.]\\w)`, 'g');
    const inText = (text) => text
        .split('`')
        .map((part, n) => (n % 2 === 0 ? part.replace(whole, 'each of them') : part))
        .join('`');
    const { attempt, cause, steps, why } = found;
    return problem(attempt, inText(cause), steps.map(inText), why === undefined ? undefined : inText(why));
}

;// CONCATENATED MODULE: ./build/lib/clock.js
const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;
const systemClock = {
    now: () => Date.now(),
    monotonic: () => performance.now(),
    sleep: (ms, signal, background = false) => new Promise((resolve) => {
        if (signal?.aborted)
            return resolve();
        const done = () => {
            clearTimeout(timer);
            signal?.removeEventListener('abort', done);
            resolve();
        };
        // A longer delay would overflow the timer and fire at once.
        const timer = setTimeout(done, Math.min(ms, 2 ** 31 - 1));
        if (background)
            timer.unref();
        signal?.addEventListener('abort', done);
    }),
};

;// CONCATENATED MODULE: ./build/guard/validity.js



/**
 * All faults of the guard's inputs, or how many days are left at a moment (ms since the epoch) and what that means.
 *
 * @param isFromFork whether the run gets no variables; asked only where the record is empty
 */
function judgeValidity(readInput, isFromFork, now) {
    const faults = [];
    const read = (name) => readInput(name) ?? '';
    const reading = readingOf(read('record'), isFromFork);
    if (reading.kind === 'fault')
        faults.push(reading.problem);
    const warnAt = daysFrom('warn-when-days-left', read, 90, faults);
    const failAt = daysFrom('fail-when-days-left', read, 30, faults);
    if (failAt > warnAt)
        faults.push(problem('Input `fail-when-days-left`', `expected at most \`warn-when-days-left\`, which is ${warnAt}, got \`${failAt}\``, []));
    if (reading.kind === 'fault' || faults.length > 0)
        return { errors: faults };
    if (reading.kind === 'fork')
        return { notice: noVariables, errors: [] };
    if (reading.kind === 'dateless')
        return { warning: noDate(reading, now), errors: [] };
    const { validUntil } = reading;
    const daysLeft = Math.floor((validUntil - now) / day);
    if (daysLeft <= failAt)
        return { daysLeft, errors: [lateRotation('The rotation of the ThousandEyes token has stopped', validUntil, now)] };
    if (daysLeft > warnAt)
        return { daysLeft, errors: [] };
    return {
        daysLeft,
        errors: [],
        warning: lateRotation('The ThousandEyes token ends soon', validUntil, now),
    };
}
/** A whole number of days; NaN where it is none. Empty counts as left out, as an expression may be on a schedule. */
function daysFrom(name, read, fallback, faults) {
    const value = read(name);
    if (value === '')
        return fallback;
    if (/^\d{1,6}$/.test(value))
        return Number(value);
    faults.push(problem(`Input \`${name}\``, `expected a whole number of days, 0 to 999999, got ${shown(value)}`, []));
    return Number.NaN;
}
const noVariables = 'This run is for a pull request from a fork. GitHub gives such a run no variables, so there is no record to look at, and the guard lets it pass.';
const record = 'The record of the ThousandEyes token';
/** Until when the token is valid is not in the record. A rotation is possible once the one before it is surely over. */
function noDate({ hasToken, previousUntil = 0 }, now) {
    const unknown = 'until when the token is valid is not known';
    if (!hasToken)
        return problem(record, `a rehearsal has written it, and no rotation has since, so ${unknown}`, 'Start a rotation: it notes it.');
    const start = previousUntil > now ? `After ${minuteOf(previousUntil)}, start` : 'Start';
    return problem(record, `${unknown}: it was stored by hand, a later run finished with it, or ThousandEyes did not say it`, `${start} a rotation: it stores a new token, and notes until when that one is valid.`);
}
function lateRotation(attempt, validUntil, now) {
    const isOver = validUntil <= now;
    const when = isOver
        ? `expired on ${dayOf(validUntil)} (${spanOf(now - validUntil)} ago)`
        : `is valid until ${dayOf(validUntil)} (${timeLeft(validUntil, now)})`;
    return problem(attempt, `by the record, the token ${when}, and no rotation has replaced it`, [
        `${isOver ? 'Look' : `Before ${dayOf(validUntil)}, look`} whether the workflow that rotates it is disabled: \`gh workflow list --all\``,
        'If it is, enable it: `gh workflow enable`',
        'If its last runs failed, look why: `gh run list --status failure`',
        'Start a run, and do what it says.',
    ], 'GitHub disables schedules in a public repository after 60 days without activity, and stops some for other reasons.');
}
/** A longer text is no date and no number but may be a token, which no log may show. */
const longestShown = 30;
/** Reads the record, as far as the guard needs it: `v`, `token`, `validUntil` and `previousUntil`. */
function readingOf(text, isFromFork) {
    if (text === '')
        return isFromFork() ? { kind: 'fork' } : { kind: 'fault', problem: emptyRecord };
    const { v, token, validUntil, previousUntil } = Object(jsonFrom(text));
    if (typeof v === 'number' && v > 1)
        return fault('a record of version 1', `version ${v}`, [
            'Use the same version of the action for the guard as for the rotation.',
        ]);
    const isToken = token === undefined || token === null || typeof token === 'string';
    if (v !== 1 || !isToken)
        return fault('the record that a rotation keeps, one line of JSON', shown(text), source);
    if (validUntil === undefined || validUntil === null)
        return { kind: 'dateless', hasToken: typeof token === 'string', previousUntil: momentFrom(previousUntil) };
    const moment = momentFrom(validUntil);
    if (moment !== undefined)
        return { kind: 'date', validUntil: moment };
    const given = typeof validUntil === 'string' ? shown(validUntil) : `a value of type ${typeof validUntil}`;
    return fault('an ISO 8601 date as `validUntil` of the record', given, source);
}
function fault(expected, given, steps) {
    return { kind: 'fault', problem: problem('Input `record`', `expected ${expected}, got ${given}`, steps) };
}
/** A value in a fault, where it is too short to be a token. */
function shown(value) {
    return value.length > longestShown ? `${value.length} characters` : `\`${quote(value).replaceAll('`', "'")}\``;
}
const usual = `\`\${{ vars.TE_TOKEN_ROTATION }}\``;
const source = [
    `Pass ${usual}, where the secret is TE_TOKEN.`,
    'If that variable itself holds this, run the workflow that rotates with `mode: check`, which says what to do.',
];
const emptyRecord = problem('Input `record`', 'it is empty', [
    `Pass ${usual}, or the name of the home's secret with \`_ROTATION\` behind it.`,
    'If no rotation has run yet, start one.',
    'If the home is in an environment, name that in this job: `environment:`.',
    'If it is in an organization, let this repository see that variable.',
], 'The rotation keeps the record beside the home, visible to whom the secret is. A run for a pull request from a fork sees no variable at all.');

;// CONCATENATED MODULE: ./build/guard/guard.js



/** The guard: silent while the token has time, else a warning or an error. Returns the exit code. */
function guard({ input, variables }, now, print) {
    const { daysLeft, notice, warning, errors } = judgeValidity(input, () => isFromFork(variables), now);
    if (daysLeft !== undefined && !isOutputWritten(variables.GITHUB_OUTPUT, daysLeft))
        print(command('warning', 'The output `days-left` could not be written.'));
    if (notice !== undefined)
        print(command('notice', notice));
    if (warning !== undefined)
        print(command('warning', linesOf(warning)));
    for (const error of errors)
        print(command('error', linesOf(error)));
    return errors.length === 0 ? 0 : 1;
}
/** A number needs no delimiter: it has no line break. */
function isOutputWritten(file, daysLeft) {
    try {
        (0,external_node_fs_namespaceObject.appendFileSync)(file ?? '', `days-left=${daysLeft}\n`);
        return true;
    }
    catch {
        return false;
    }
}
/** A workflow command. Source: `escapeData` of @actions/core. */
function command(name, text) {
    const escaped = text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
    return `::${name}::${escaped}`;
}
/** The events for which GitHub gives a fork's run nothing of the repository; `pull_request_target` gets its variables. */
const events = ['pull_request', 'pull_request_review', 'pull_request_review_comment'];
/** Whether the run is known to be for a pull request from a fork: GitHub passes no variables to such a run. */
function isFromFork(variables) {
    if (!events.includes(variables.GITHUB_EVENT_NAME ?? ''))
        return false;
    const pullRequest = valueIn(eventIn(variables.GITHUB_EVENT_PATH), 'pull_request');
    const head = valueIn(pullRequest, 'head', 'repo');
    // The fork was deleted.
    if (head === null)
        return true;
    // By the names: within a repository that is a fork itself, `fork` is true although variables are passed.
    const [name, base] = [valueIn(head, 'full_name'), valueIn(pullRequest, 'base', 'repo', 'full_name')];
    return typeof name === 'string' && typeof base === 'string' && name.toLowerCase() !== base.toLowerCase();
}
/** The event of the run; undefined where it cannot be read. */
function eventIn(file = '') {
    try {
        return JSON.parse((0,external_node_fs_namespaceObject.readFileSync)(file, 'utf8'));
    }
    catch {
        return undefined;
    }
}
/** What stands in an object below a path of names; undefined where there is none. */
function valueIn(value, ...path) {
    return path.reduce((found, name) => Reflect.get(Object(found), name), value);
}

;// CONCATENATED MODULE: ./build/guard.js


process.exitCode = guard(environmentFrom(process.env), Date.now(), (line) => void process.stdout.write(`${line}\n`));


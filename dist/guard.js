import { createRequire as __WEBPACK_EXTERNAL_createRequire } from "module";
var __webpack_exports__ = {};

;// CONCATENATED MODULE: ./build/action/environment.js
function environmentFrom(variables) {
    return {
        // The toolkit's own rule for names. Its getInput can't tell an input that is empty from one that is not there.
        input: (name) => variables[`INPUT_${name.replaceAll(' ', '_').toUpperCase()}`]?.trim(),
        repository: variables.GITHUB_REPOSITORY ?? '',
        runId: variables.GITHUB_RUN_ID ?? '',
        githubUrl: variables.GITHUB_API_URL || 'https://api.github.com',
        temp: variables.RUNNER_TEMP ?? '',
        isTold: variables.STATE_told === 'true',
        variables,
    };
}

;// CONCATENATED MODULE: external "node:fs"
const external_node_fs_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:fs");
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
/** A run of so many letters and digits is no coincidence any more. */
const tellingRun = 12;
/** Of values longer than this only every eighth run is looked for: a text that repeats 19 characters is still found. */
const longValue = 2048;
/** By length of run, the runs of one known value; computed when the first text from outside is looked at. */
const runsOf = new Map();
/**
 * Whether a text from outside repeats a known credential or a telling part of it, whatever its case, its punctuation and
 * its blanks are, also in Base64, as it stands in headers: the runner's masks know whole values only, and don't reach the
 * summary file.
 */
function repeatsSecret(text) {
    const plain = withoutPunctuation(text);
    for (const value of known) {
        if (text.includes(value))
            return true;
        const runs = runsOf.get(value) ?? runsIn(value);
        runsOf.set(value, runs);
        for (const [length, set] of runs) {
            for (let at = 0; at + length <= plain.length; at++)
                if (set.has(plain.slice(at, at + length)))
                    return true;
        }
    }
    return false;
}
function runsIn(value) {
    const runs = new Map();
    for (const form of new Set(formsOf(value).map(withoutPunctuation))) {
        const length = Math.min(form.length, Math.max(6, Math.min(Math.floor(form.length / 2), tellingRun)));
        if (length === 0)
            continue;
        const set = runs.get(length) ?? new Set();
        runs.set(length, set);
        for (let at = 0; at + length <= form.length; at += form.length > longValue ? 8 : 1)
            set.add(form.slice(at, at + length));
    }
    return runs;
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
/**
 * Text from outside made fit for one line of log or summary: nothing of a credential, no control or invisible characters
 * (a line break could start a workflow command), no address that becomes a link, no more than `max` characters.
 */
function quote(text, max = 200) {
    if (typeof text !== 'string')
        return '';
    // Looked at before it is cut, lest half of a credential is left.
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
/** A moment for people, in UTC, to the minute: `2026-11-23 19:05 UTC`. */
function minuteOf(ms) {
    return `${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
/** A day for people, in UTC: `2026-11-23`. */
function dayOf(ms) {
    return new Date(ms).toISOString().slice(0, 10);
}
/** ISO 8601 in UTC, without milliseconds where they are zero: `2028-11-23T19:00:00Z`. */
function isoOf(ms) {
    return new Date(ms).toISOString().replace('.000Z', 'Z');
}
/** Beyond this year a date is nonsense, and its text has another form. */
const latestMoment = Date.UTC(9000, 0);
/**
 * The moment (ms since the epoch) that an ISO 8601 text names, or undefined where it names none. A date alone counts
 * as midnight UTC.
 */
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
/** The first of many names, each once, and how many more there are. */
function someOf(names, most) {
    const distinct = [...new Set(names)];
    const more = distinct.length > most ? ` and ${distinct.length - most} more` : '';
    return `${distinct.slice(0, most).join(', ')}${more}`;
}

;// CONCATENATED MODULE: ./build/action/validity.js


/** The days at or below which the guard speaks, where the inputs leave them out. */
const warnByDefault = 90;
const failByDefault = 30;
/** A longer text is no date and no number but may be a token, which no log may show. */
const longestShown = 30;
/**
 * Judges the guard's inputs at a moment (ms since the epoch): all their faults, or how many days are left and whether that
 * is a warning or an error. Days are counted as 24 hours in UTC, so no time zone and no change of clocks matters.
 */
function judgeValidity(readInput, now) {
    const faults = [];
    const read = (name) => readInput(name) ?? '';
    const validUntil = validUntilFrom(read('valid-until'), faults);
    const warnAt = daysFrom('warn-when-days-left', read, warnByDefault, faults);
    const failAt = daysFrom('fail-when-days-left', read, failByDefault, faults);
    if (warnAt !== undefined && failAt !== undefined && failAt > warnAt)
        faults.push(`Input \`fail-when-days-left\`: expected at most \`warn-when-days-left\`, which is ${warnAt}, got \`${failAt}\`.`);
    if (validUntil === undefined || warnAt === undefined || failAt === undefined || faults.length > 0)
        return { errors: faults };
    const daysLeft = Math.floor((validUntil - now) / day);
    if (daysLeft <= failAt)
        return { daysLeft, errors: [stoppedRotation(validUntil, now)] };
    return daysLeft <= warnAt
        ? { daysLeft, warning: lateRotation(validUntil, now), errors: [] }
        : { daysLeft, errors: [] };
}
function validUntilFrom(value, faults) {
    if (value === '') {
        faults.push(`Input \`valid-until\` is empty. Usually it is \`\${{ vars.TE_TOKEN_VALID_UNTIL }}\`, and this job sees no variable TE_TOKEN_VALID_UNTIL. A rotation whose step says \`expiry-variable: TE_TOKEN_VALID_UNTIL\` makes it, beside the home: in the same repository, environment or organization. A variable of an environment is seen only by a job that names that environment.`);
        return undefined;
    }
    const moment = momentFrom(value);
    if (moment === undefined)
        faults.push(`Input \`valid-until\`: expected an ISO 8601 date like \`2028-11-23T19:00:00Z\`, got ${shown(value)}. Usually it is \`\${{ vars.TE_TOKEN_VALID_UNTIL }}\`, which the rotation keeps with \`expiry-variable: TE_TOKEN_VALID_UNTIL\`.`);
    return moment;
}
/** A whole number of days. Empty counts as left out, because an expression like `${{ inputs.days }}` is empty on a schedule. */
function daysFrom(name, read, fallback, faults) {
    const value = read(name);
    if (value === '')
        return fallback;
    if (/^\d{1,6}$/.test(value))
        return Number(value);
    faults.push(`Input \`${name}\`: expected a whole number of days, 0 to 999999, got ${shown(value)}.`);
    return undefined;
}
function shown(value) {
    return value.length > longestShown ? `${value.length} characters` : `\`${quote(value).replaceAll('`', "'")}\``;
}
const clues = 'To find out why, look at the workflow that rotates it. Is it disabled (`gh workflow list --all`)? GitHub disables schedules in a public repository after 60 days without activity; `gh workflow enable` ends that. Did its last runs fail (`gh run list --status failure`)? Or did it rotate without writing this date (`expiry-variable` left out, or another variable)?';
function lateRotation(validUntil, now) {
    return `The ThousandEyes token is valid until ${dayOf(validUntil)} (${timeLeft(validUntil, now)}), and no rotation has replaced it yet. ${clues}`;
}
function stoppedRotation(validUntil, now) {
    const stopped = 'The rotation of the ThousandEyes token has stopped';
    if (validUntil > now)
        return `${stopped}: the token is valid until ${dayOf(validUntil)} (${timeLeft(validUntil, now)}), and nothing has replaced it. ${clues}`;
    return `${stopped}: the token expired on ${dayOf(validUntil)} (${spanOf(now - validUntil)} ago), and nothing has replaced it. ${clues} An expired token cannot be rotated: create one in ThousandEyes, store it with \`gh secret set\`, then start a rotation, which also writes the new date.`;
}

;// CONCATENATED MODULE: ./build/action/guard.js


// By hand, where the main step has @actions/core: to load that would take longer than all else in this step.
/**
 * The guard: silent while the token has time, else a warning or an error.
 *
 * @param now ms since the epoch
 * @param print takes a line of the log
 * @returns the exit code
 */
function guard({ input, variables }, now, print) {
    const { daysLeft, warning, errors } = judgeValidity(input, now);
    if (daysLeft !== undefined && !isOutputWritten(variables.GITHUB_OUTPUT, daysLeft))
        print(command('warning', 'The output `days-left` could not be written.'));
    if (warning !== undefined)
        print(command('warning', warning));
    for (const error of errors)
        print(command('error', error));
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

;// CONCATENATED MODULE: ./build/guard.js


process.exitCode = guard(environmentFrom(process.env), Date.now(), (line) => void process.stdout.write(`${line}\n`));


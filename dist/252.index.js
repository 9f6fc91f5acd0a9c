export const id = 252;
export const ids = [252];
export const modules = {

/***/ 4252:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  main: () => (/* binding */ main)
});

// EXTERNAL MODULE: ./build/clock.js
var build_clock = __webpack_require__(7094);
// EXTERNAL MODULE: ./build/errors.js
var errors = __webpack_require__(9473);
// EXTERNAL MODULE: ./build/pace.js
var pace = __webpack_require__(8069);
// EXTERNAL MODULE: ./build/text.js
var build_text = __webpack_require__(977);
;// CONCATENATED MODULE: ./build/budget.js




/** An App's installation token lives an hour; it was made by an earlier step, so this much of it is counted on, in ms. */
const appTokenLife = 50 * build_clock/* minute */.Vc;
/** The reset of a rate limit is at most an hour away. */
const longestWait = 61 * build_clock/* minute */.Vc;
/** Requests kept for a variable, a verification, a retry. */
const reserve = 10;
/** Where GitHub spoke of no limit, there is none to keep. */
const unlimited = { remaining: Number.POSITIVE_INFINITY, limit: Number.POSITIVE_INFINITY, resetAt: 0 };
/** How long so many writes take at the pace that GitHub's limits allow, in ms. */
function durationOf(writes) {
    const wholeHours = Math.floor(Math.max(writes - 1, 0) / pace/* writesAnHour */.ei);
    const inLastHour = writes - wholeHours * pace/* writesAnHour */.ei;
    return wholeHours * build_clock/* hour */.nW + (Math.max(inLastHour - pace/* writesAMinute */.AJ, 0) / pace/* writesAMinute */.AJ) * build_clock/* minute */.Vc;
}
/** How long so many reads take, in ms. */
function durationOfReads(reads) {
    return Math.floor(Math.max(reads - 1, 0) / pace/* pointsAMinute */.Pl) * build_clock/* minute */.Vc;
}
/**
 * Waits until the rate limit's rest and the credential's life carry so many writes, or says with the arithmetic why they
 * won't: before a token is issued, that costs nothing.
 */
async function affordWrites(writes, { clock, log, cancellation, github, credential, startedAt }) {
    const needed = writes + reserve;
    const tried = `Planning ${(0,build_text/* plural */.LS)(writes, 'write')} to GitHub`;
    const { allowance = unlimited } = github;
    const now = clock.now();
    const wait = allowance.remaining >= needed ? 0 : Math.max(allowance.resetAt - now, 0) + build_clock/* second */.Rc;
    if (needed > allowance.limit) {
        return new errors/* Problem */.A(tried, `with ${reserve} in reserve they need ${needed} requests, and the credential's limit is ${allowance.limit} an hour`, 'Nothing was changed. Spread the targets over several credentials, or use an organization secret.');
    }
    if (wait > longestWait) {
        return new errors/* Problem */.A(tried, `they need ${needed} requests; ${allowance.remaining} are left until ${(0,build_text/* minuteOf */.iA)(now + wait)}`, 'Nothing was changed. Start the run again after that.');
    }
    const end = now + wait + durationOf(writes);
    const life = lifeEnd(github.expiresAt, credential, startedAt);
    if (end > life) {
        const parts = [
            `at ${pace/* writesAMinute */.AJ} a minute and ${pace/* writesAnHour */.ei} an hour they take ${(0,build_text/* spanOf */.ee)(durationOf(writes))}`,
            ...(wait > 0 ? [`after a wait of ${(0,build_text/* spanOf */.ee)(wait)} for the rate limit`] : []),
        ];
        return new errors/* Problem */.A(tried, `${parts.join(', ')}, so until ${(0,build_text/* minuteOf */.iA)(end)}; the credential is good until ${(0,build_text/* minuteOf */.iA)(life)}${credential === 'app' ? " (an App's token lives an hour, of which 50 minutes are counted on)" : ''}`, 'Nothing was changed. Use a credential that lives longer, fewer targets, or an organization secret in place of many repository secrets.');
    }
    if (wait > 0) {
        log.info(`${tried}: they need ${needed} requests and ${allowance.remaining} are left; waiting ${(0,build_text/* spanOf */.ee)(wait)} until the rate limit is reset`);
        await clock.sleep(wait, cancellation.now);
    }
    return undefined;
}
function lifeEnd(expiresAt, credential, startedAt) {
    const said = expiresAt ?? Number.POSITIVE_INFINITY;
    return credential === 'app' ? Math.min(said, startedAt + appTokenLife) : said;
}

// EXTERNAL MODULE: ./build/expiry.js
var build_expiry = __webpack_require__(3345);
// EXTERNAL MODULE: ./build/github-problems.js
var github_problems = __webpack_require__(3902);
;// CONCATENATED MODULE: ./build/progress.js


const atMostEvery = 5 * build_clock/* second */.Rc;
/** Counts work done and says so in the log, at most every five seconds, with the time when it will be done. */
class Progress {
    #what;
    #total;
    #doneAt;
    #ports;
    #count = 0;
    #saidAt;
    /** @param duration how long the whole is expected to take, in ms */
    constructor(what, total, duration, ports) {
        this.#what = what;
        this.#total = total;
        this.#ports = ports;
        this.#saidAt = ports.clock.now();
        this.#doneAt = this.#saidAt + duration;
    }
    step() {
        this.#count++;
        const now = this.#ports.clock.now();
        if (now - this.#saidAt < atMostEvery)
            return;
        this.#saidAt = now;
        const done = this.#doneAt > now ? `, done by about ${(0,build_text/* minuteOf */.iA)(this.#doneAt)}` : '';
        this.#ports.log.info(`${this.#what}: ${this.#count} of ${this.#total}${done}`);
    }
}

// EXTERNAL MODULE: ./build/secret-store.js
var secret_store = __webpack_require__(46);
// EXTERNAL MODULE: ./build/store.js
var build_store = __webpack_require__(6729);
// EXTERNAL MODULE: ./build/thousandeyes-problems.js
var thousandeyes_problems = __webpack_require__(8819);
;// CONCATENATED MODULE: ./build/inspection.js









/** The repository, the key, the secret. */
const readsOfTarget = 3;
/**
 * Reads everything at once and finds every problem, not just the first. Changes nothing.
 *
 * @throws Cancelled
 */
async function inspect(request, ports) {
    const [homeTarget, ...otherTargets] = request.targets;
    if (homeTarget === undefined)
        throw new RangeError('there is no home');
    const progress = new Progress('Read', request.targets.length, durationOfReads(readsOfTarget * request.targets.length), ports);
    const [check, variable, readHome, readOthers] = await Promise.all([
        ports.checkCurrentToken(),
        request.expiryVariable === undefined
            ? undefined
            : ports.variables.read(homeTarget.target.store, request.expiryVariable),
        inspectTarget(homeTarget, true, request, ports),
        Promise.all(otherTargets.map(async (target) => {
            const inspected = await inspectTarget(target, false, request, ports);
            progress.step();
            return inspected;
        })),
        ports.ready(),
    ]);
    const inspectedHome = sealable(readHome, request.asker, ports);
    const home = isPlace(inspectedHome) ? inspectedHome : undefined;
    const others = readOthers.map((other) => sealable(other, request.asker, ports));
    const token = judgeToken(check, homeTarget.target);
    const expiry = judgeVariable(variable, homeTarget.target.store, home, request);
    return {
        home,
        homeMisfit: isPlace(inspectedHome) ? undefined : inspectedHome,
        others,
        expiry: expiry instanceof errors/* Problem */.A ? { kind: 'unknown' } : expiry,
        isAccepted: check.kind === 'accepted',
        problems: [token, expiry].filter((result) => result instanceof errors/* Problem */.A),
        warnings: typeof token === 'string' ? [token] : [],
    };
}
/** A key that nothing can be sealed for is found now, while nothing is issued. */
function sealable(place, asker, { seal }) {
    if (!isPlace(place))
        return place;
    try {
        seal('', place.key);
        return place;
    }
    catch {
        const { target, label, shown } = place;
        const answer = {
            status: 200,
            headers: {},
            data: undefined,
            said: '200 with a public key that nothing can be sealed for',
        };
        return {
            target,
            label,
            shown,
            problem: (0,github_problems/* problemWithStore */.Bo)(`Reading the public key of ${shownStore(place)}`, answer, target.store, asker),
        };
    }
}
/** Whether a target that was inspected can be written. */
function isPlace(inspected) {
    return !('problem' in inspected);
}
/** A problem, a warning, or nothing to say. */
function judgeToken(check, home) {
    switch (check.kind) {
        case 'accepted':
            return undefined;
        case 'refused':
            return (0,thousandeyes_problems/* currentTokenRefused */.$x)(check.why, home);
        case 'down':
            return (0,thousandeyes_problems/* currentTokenUnchecked */.Ze)(check.why);
        case 'proxy':
            return (0,thousandeyes_problems/* proxyAnswered */.kJ)(check.why);
        default:
            return `Checking the current token (GET /users/current): ${check.why}, which tells nothing about the token. Going on all the same.`;
    }
}
function judgeVariable(read, store, home, { expiryVariable, asker }) {
    if (read === undefined)
        return { kind: 'unknown' };
    const tried = `Reading the expiry variable ${expiryVariable} beside ${(0,build_store/* describeStore */.Fk)(store)}`;
    if ('answer' in read) {
        if (read.answer.status === 404)
            return { kind: 'unknown' };
        const { cameBack } = (0,github_problems/* problemWithStore */.Bo)(tried, read.answer, store, asker);
        const permission = store.level === 'organization'
            ? 'Organization variables'
            : store.level === 'environment'
                ? 'Environments'
                : 'Variables';
        return new errors/* Problem */.A(tried, cameBack, `The credential needs the permission "${permission}: read and write" (a classic token the scope \`${store.level === 'organization' ? 'admin:org' : 'repo'}\`); else leave \`expiry-variable\` out.`);
    }
    return ((0,build_expiry/* expiryFrom */.KN)(read.found, home?.secret.updatedAt ?? read.found.updatedAt) ??
        new errors/* Problem */.A(tried, `its value is no ISO 8601 date: "${(0,build_text/* quote */.hD)(read.found.value, 60)}"`, 'Delete the variable, or set it to the date on which the token expires, like 2028-11-23T19:00:00Z.'));
}
async function inspectTarget(named, isHome, request, ports) {
    const { target } = named;
    const { store } = target;
    const [repository, key, secret] = await Promise.all([
        'repository' in store ? ports.repositories.read(store.owner, store.repository) : undefined,
        ports.keys.of(store),
        ports.secrets.read(target),
    ]);
    const misfit = (problem) => ({ ...named, problem });
    const tried = `Reading ${named.shown}`;
    if (repository !== undefined && 'answer' in repository)
        return misfit((0,github_problems/* problemWithStore */.Bo)(tried, repository.answer, store, request.asker));
    if (repository?.found.archived)
        return misfit(new errors/* Problem */.A(tried, 'the repository is archived, so GitHub takes no secrets for it', 'Unarchive it, or remove the line from `targets`.'));
    if (repository?.found.disabled)
        return misfit(new errors/* Problem */.A(tried, 'the repository is disabled', 'See its page on GitHub for the reason, or remove the line from `targets`.'));
    if ('answer' in key)
        return misfit((0,github_problems/* problemWithStore */.Bo)(`Reading the public key of ${shownStore(named)}`, key.answer, store, request.asker));
    if ('found' in secret)
        return { ...named, key: key.found, secret: secret.found };
    if (secret.answer.status !== 404)
        return misfit(readProblem(tried, secret.answer, named, request.asker));
    if (!isHome && request.createMissing && !(0,build_store/* hasSelection */.f4)(store))
        return { ...named, key: key.found, secret: undefined };
    return misfit(missing(named, isHome));
}
/** A store in a person's words, or what may be shown of it. */
function shownStore({ label, shown, target }) {
    return label === shown ? (0,build_store/* describeStore */.Fk)(target.store) : shown;
}
function readProblem(tried, answer, { target }, asker) {
    if (/selected repositories/.test(answer.said)) {
        return new errors/* Problem */.A(tried, `the credential sees ${answer.said} of the secret`, 'Writing it would take it from the others. Use a credential that may see all repositories of the organization.');
    }
    return (0,github_problems/* problemWithStore */.Bo)(tried, answer, target.store, asker);
}
function missing({ target, shown, label }, isHome) {
    const tried = `Reading ${shown}`;
    const cameBack = `GitHub answered 404, so there is no secret ${label === shown ? (0,secret_store/* nameOf */.Vb)(target) : target.secret}`;
    if (isHome)
        return new errors/* Problem */.A(tried, cameBack, `The home is the secret that the workflow itself reads, so it must exist. Check \`targets\` and \`secret-name\`, or set it: \`${(0,github_problems/* ghSecretSet */.sI)(target)}\`.`);
    if ((0,build_store/* hasSelection */.f4)(target.store))
        return new errors/* Problem */.A(tried, cameBack, `Secrets of an organization or a user are never created here, because someone must choose who sees them. Create it by hand: \`${(0,github_problems/* ghSecretSet */.sI)(target)}\`, or remove the line from \`targets\`.`);
    return new errors/* Problem */.A(tried, cameBack, 'Check the spelling, remove the line from `targets`, or set `create-missing: true` to have it created.');
}

;// CONCATENATED MODULE: ./build/results.js


/** Every problem that reading found, each once: targets in one repository share theirs. */
function problemsIn({ problems, homeMisfit, others }) {
    const misfits = [
        ...(homeMisfit === undefined ? [] : [homeMisfit]),
        ...others.filter((other) => !isPlace(other)),
    ];
    const all = [...problems, ...misfits.map(({ problem }) => problem)];
    return [...new Map(all.map((problem) => [problem.message, problem])).values()];
}
/** The result of a target that was not written. */
function unwritten(named) {
    const { target, label, shown } = named;
    if ('problem' in named)
        return { target, label, shown, status: 'failed', problem: named.problem };
    return {
        target,
        label,
        shown,
        status: 'unchanged',
        updatedAt: 'secret' in named ? named.secret?.updatedAt : undefined,
    };
}
/** The outcome of a run that stopped before anything was changed. */
function stopped(mode, inspection, problems, warnings = []) {
    const all = [inspection.home ?? inspection.homeMisfit, ...inspection.others].filter((named) => named !== undefined);
    return {
        mode,
        headline: `Nothing was issued and nothing was changed: ${(0,build_text/* plural */.LS)(problems.length, 'problem')}.`,
        rotated: false,
        results: all.map((named) => unwritten(named)),
        problems,
        warnings: [...inspection.warnings, ...warnings],
        notices: [],
    };
}

// EXTERNAL MODULE: ./build/retry.js
var retry = __webpack_require__(5402);
;// CONCATENATED MODULE: ./build/unrotated.js






/** How long `updated_at` may lag behind a write; 24 s were seen. */
const lag = 2 * build_clock/* minute */.Vc;
const pausesForLag = [5 * build_clock/* second */.Rc, 10 * build_clock/* second */.Rc, 15 * build_clock/* second */.Rc, 30 * build_clock/* second */.Rc];
/** The outcome of a run that found that no rotation is due. */
async function notDue(home, others, { expiry, warnings }, ports) {
    const until = expiry.kind === 'known' ? `: the token is valid until ${(0,build_text/* dayOf */.kb)(expiry.validUntil)}` : '';
    const headline = `No rotation is due${until}.`;
    return unrotated('rotate', headline, home, others, { expiry, warnings, notices: [] }, ports);
}
/** The outcome of a 409 that the home's own age explains. */
async function overlapping(home, others, possibleAt, variable, warnings, ports) {
    const read = variable === undefined ? undefined : await ports.variables.read(home.target.store, variable, retry/* patience */._.reread);
    const expiry = read !== undefined && 'found' in read ? (0,build_expiry/* expiryFrom */.KN)(read.found, home.secret.updatedAt) : undefined;
    const isSure = expiry?.kind === 'known' && Math.abs(expiry.writtenAt - home.secret.updatedAt) <= build_expiry/* sameRotation */.$F;
    const fact = `ThousandEyes answered 409: the account still has two active tokens. ${home.shown} was last written on ${(0,build_text/* minuteOf */.iA)(home.secret.updatedAt)}, so a rotation did this`;
    const again = `The next rotation is possible from ${(0,build_text/* minuteOf */.iA)(possibleAt)} on.`;
    const notice = `${fact}. ${again}`;
    const warning = `${fact}, as far as its date tells. If nobody rotated then, someone wrote the secret by hand or made a second token: look at the account's User API Tokens in ThousandEyes. ${again}`;
    const remarks = {
        expiry: expiry ?? { kind: 'unknown' },
        warnings: isSure ? warnings : [...warnings, warning],
        notices: isSure ? [notice] : [],
    };
    return unrotated('rotate', `The token was rotated a short while ago; the next rotation is possible from ${(0,build_text/* dayOf */.kb)(possibleAt)} on.`, home, others, remarks, ports);
}
/** A success, unless a target does not hold the home's token: nobody would notice until that one's token is dead. */
async function unrotated(mode, headline, home, others, { expiry, warnings, notices }, ports) {
    // What is to be created is no fault in the eyes of `check`: a rotation would create it.
    const candidates = mode === 'check' ? others.filter(({ secret }) => secret !== undefined) : others;
    const behind = await placesBehind(home.secret, candidates, ports);
    const problem = behind.length === 0 ? undefined : behindProblem(home, behind);
    const isBehind = new Set(behind.map(({ target }) => target));
    return {
        mode,
        headline: problem === undefined ? headline : `${headline} But ${(0,build_text/* plural */.LS)(behind.length, 'target')} may hold an older token.`,
        rotated: false,
        results: [home, ...others].map((place) => unwritten(problem !== undefined && isBehind.has(place.target) ? { ...place, problem } : place)),
        problems: problem === undefined ? [] : [problem],
        warnings,
        notices,
        ...(expiry.kind === 'known' ? { validUntil: expiry.validUntil } : {}),
    };
}
/** The places that do not hold the home's token, by their dates, which are read again while they may be late. */
async function placesBehind(home, others, { secrets, clock, cancellation }) {
    const isBehind = ({ secret }) => secret === undefined || home.updatedAt - secret.updatedAt > build_expiry/* sameRotation */.$F;
    let behind = others.filter(isBehind);
    for (const pause of clock.now() - home.updatedAt < lag ? [0, ...pausesForLag] : []) {
        if (behind.length === 0)
            break;
        await clock.sleep(pause, cancellation.now);
        const reads = await Promise.all(behind.map(async (place) => ({ place, read: await secrets.read(place.target, retry/* patience */._.reread) })));
        behind = reads
            .map(({ place, read }) => ('found' in read ? { ...place, secret: read.found } : place))
            .filter(isBehind);
    }
    return behind;
}
function behindProblem(home, behind) {
    const dates = behind.map(({ shown, secret }) => `${shown} (${secret === undefined ? 'not created yet' : `last written ${(0,build_text/* minuteOf */.iA)(secret.updatedAt)}`})`);
    const names = [...new Set(dates)];
    const more = names.length > 10 ? ` and ${names.length - 10} more` : '';
    return new errors/* Problem */.A(`Comparing ${(0,build_text/* plural */.LS)(behind.length, 'target')} with the home ${home.shown} (last written ${(0,build_text/* minuteOf */.iA)(home.secret.updatedAt)})`, `older than it by over an hour, or missing: ${names.slice(0, 10).join(', ')}${more}`, 'They may hold the token before the present one. Run this workflow with `mode: sync`: it writes the current token to every target but the home.');
}

;// CONCATENATED MODULE: ./build/check.js





/**
 * Reads, and says what a rotation would do and what would stop it. Writes nothing; so it can't tell whether writing is
 * allowed, nor foresee a 403 or 409.
 *
 * @throws Cancelled
 */
async function check(request, ports) {
    const inspection = await inspect(request, ports);
    const { home, expiry, warnings } = inspection;
    const found = problemsIn(inspection);
    if (home === undefined || found.length > 0) {
        return {
            ...stopped('check', inspection, found),
            headline: `A rotation would stop before changing anything: ${(0,build_text/* plural */.LS)(found.length, 'problem')}.`,
        };
    }
    const others = inspection.others.filter(isPlace);
    const missing = others.filter(({ secret }) => secret === undefined).length;
    const known = expiry.kind === 'known' ? ` The token in place is valid until ${(0,build_text/* dayOf */.kb)(expiry.validUntil)}.` : '';
    const headline = (0,build_expiry/* isDue */.nZ)(expiry, request.rotateWhenDaysLeft, ports.clock.now())
        ? `A rotation would ask for a new token and write it to ${(0,build_text/* plural */.LS)(others.length + 1, 'target')}${missing > 0 ? `, creating ${missing}` : ''}.${known}`
        : `A rotation would do nothing yet: none is due.${known}`;
    const notices = [
        'Reading can not tell whether writing is allowed: a rotation tests that before it asks for a token.',
    ];
    return unrotated('check', headline, home, others, { expiry, warnings, notices }, ports);
}

// EXTERNAL MODULE: ./build/connections.js + 3 modules
var build_connections = __webpack_require__(8127);
// EXTERNAL MODULE: ./build/credential.js
var credential = __webpack_require__(7751);
;// CONCATENATED MODULE: ./build/current-token.js

/**
 * ThousandEyes' word on the token in use; asked again where it is down, or asks to wait.
 *
 * @throws Cancelled
 */
function checkCurrentToken(check, ports) {
    return (0,retry/* persist */.Z)('Checking the current token', check, (result) => {
        if (result.kind === 'down')
            return { kind: 'again', why: result.why };
        return result.kind === 'limited' ? { kind: 'wait', ms: result.ms, why: result.why } : { kind: 'final' };
    }, retry/* patience */._.thousandEyes, ports);
}

// EXTERNAL MODULE: ./build/hidden-names.js
var hidden_names = __webpack_require__(8179);
// EXTERNAL MODULE: external "node:net"
var external_node_net_ = __webpack_require__(7030);
// EXTERNAL MODULE: ./build/secret.js
var secret = __webpack_require__(5714);
// EXTERNAL MODULE: ./build/target.js
var build_target = __webpack_require__(2631);
;// CONCATENATED MODULE: ./build/inputs.js




/**
 * Checks all inputs. An input that is empty counts as left out, because an expression like `${{ inputs.mode }}` is
 * empty on a schedule; only `targets` must not be, lest a typo in a variable's name point the rotation elsewhere.
 *
 * @returns the inputs, or every fault in them, each with what was expected and what was given; never with a token
 */
function inputsFrom(readInput, defaults) {
    const faults = [];
    const source = {
        read: (name) => readInput(name) ?? '',
        faults,
        fault: (name, expected, given) => faults.push(`Input \`${name}\`: expected ${expected}, got ${given}.`),
    };
    const thousandEyesToken = tokenOf('thousandeyes-token', 'Usually this is a workflow that runs for a fork or for Dependabot: those get no Actions secrets. Else the secret has another name than the workflow says, or belongs to an environment that the job does not name.', source);
    const githubToken = tokenOf('github-token', "It takes the installation token of a GitHub App, or a personal access token, that may write the secrets; the workflow's own GITHUB_TOKEN can't. If a step before this one makes it, see that its output is spelled right.", source);
    const secretName = secretNameOf('secret-name', source);
    const mode = modeOf('mode', source);
    const expiryVariable = variableNameOf('expiry-variable', source);
    const inputs = {
        thousandEyesToken,
        githubToken,
        secretName,
        lines: linesOf(readInput('targets') ?? defaults.repository, secretName, faults),
        mode,
        expiryVariable,
        rotateWhenDaysLeft: daysOf('rotate-when-days-left', expiryVariable, source),
        createMissing: flagOf('create-missing', source),
        exposeToken: flagOf('expose-token', source),
        thousandEyesUrl: urlOf('thousandeyes-api-url', 'https://api.thousandeyes.com/v7', source),
        githubUrl: urlOf('github-api-url', defaults.githubUrl, source),
    };
    return faults.length > 0 ? { faults } : { inputs };
}
function tokenOf(name, whenEmpty, { read, faults, fault }) {
    const value = read(name);
    if (value === '')
        faults.push(`Input \`${name}\` is empty. ${whenEmpty}`);
    else if (!(0,secret/* canStandInHeader */.NC)(value))
        fault(name, 'a token, on one line and without spaces', `${value.length} characters of which some are none of a token`);
    return new secret/* Secret */.zh(value);
}
function flagOf(name, { read, fault }) {
    const value = read(name);
    if (/^(?:true|True|TRUE)$/.test(value))
        return true;
    if (value !== '' && !/^(?:false|False|FALSE)$/.test(value))
        fault(name, '`true` or `false`', shown(value));
    return false;
}
function variableNameOf(name, { read, fault }) {
    const value = read(name);
    const wrong = value === '' ? undefined : (0,build_target/* secretNameFault */.eT)(value)?.replace('secret', 'variable');
    if (wrong !== undefined)
        fault(name, `the name of an Actions variable (${wrong})`, shown(value));
    return value === '' ? undefined : value.toUpperCase();
}
function urlOf(name, fallback, { read, fault }) {
    const value = read(name) || fallback;
    const wrong = urlFault(value);
    if (wrong !== undefined)
        fault(name, wrong, shown(withoutUserInfo(value)));
    return value.replace(/\/+$/, '');
}
function secretNameOf(name, { read, fault }) {
    const value = read(name) || 'TE_TOKEN';
    const wrong = (0,build_target/* secretNameFault */.eT)(value);
    if (wrong !== undefined)
        fault(name, `the name of a secret (${wrong})`, shown(value));
    return value.toUpperCase();
}
function modeOf(name, { read, fault }) {
    const value = read(name) || 'rotate';
    if (value === 'rotate' || value === 'sync' || value === 'check')
        return value;
    fault(name, '`rotate`, `sync` or `check`', shown(value));
    return 'check';
}
function daysOf(name, expiryVariable, { read, faults, fault }) {
    const value = read(name);
    if (value === '')
        return undefined;
    const days = /^\d{1,4}$/.test(value) ? Number(value) : Number.NaN;
    if (!(days >= 15 && days <= 700))
        fault(name, 'a whole number from 15 to 700', shown(value));
    if (expiryVariable === undefined) {
        faults.push(`Input \`${name}\` needs \`expiry-variable\`: the date is kept there. Name a variable, or leave both out.`);
    }
    return days;
}
/** The lines of `targets`, the home first. The same target twice is for a later step: patterns find some, too. */
function linesOf(text, secretName, faults) {
    const lines = [];
    text.split(/\r\n|\r|\n/).forEach((raw, index) => {
        const line = raw.trim();
        if (line === '' || line.startsWith('#'))
            return;
        try {
            lines.push((0,build_target/* lineFrom */.fc)(line, secretName));
        }
        catch (error) {
            if (!(error instanceof build_target/* LineError */.dt))
                throw error;
            lines.push(undefined);
            faults.push(`Input \`targets\`, line ${index + 1}: expected a target like \`acme/network\`, \`acme/network/environments/Production\` or \`orgs/acme\`, got ${shown(line)}: ${error.message}.`);
        }
    });
    if (lines.length === 0) {
        faults.push('Input `targets`: expected at least one target, got none. The first line is the home: the secret that the workflow itself reads.');
    }
    const [home] = lines;
    const fault = home === undefined ? undefined : homeFault(home);
    if (fault !== undefined)
        faults.push(`Input \`targets\`: the first line is the home, the secret that the workflow itself reads, so it must be ${fault}.`);
    return lines.filter((line) => line !== undefined);
}
function homeFault(home) {
    if (home.kind === 'pattern')
        return 'one target and no pattern';
    const { store } = home.target;
    return store.feature === 'actions'
        ? undefined
        : `an Actions secret (of a repository, an environment or an organization), not a ${store.feature} one`;
}
/** https, or http to this machine; nothing beside host, port and path. */
function urlFault(text) {
    const url = URL.canParse(text) ? new URL(text) : undefined;
    if (url === undefined)
        return 'a URL like `https://api.github.com`';
    if (url.username !== '' || url.password !== '')
        return 'a URL without a user name and password';
    if (url.search !== '' || url.hash !== '')
        return 'a URL without `?` and `#`';
    if (url.protocol === 'https:')
        return undefined;
    return url.protocol === 'http:' && isLoopback(url) ? undefined : 'an https URL: a credential is sent there';
}
function isLoopback({ hostname }) {
    return hostname === 'localhost' || hostname === '[::1]' || ((0,external_node_net_.isIPv4)(hostname) && hostname.startsWith('127.'));
}
function withoutUserInfo(text) {
    return text.replace(/^(https?:\/\/)?.*@/s, '$1***@');
}
function shown(value) {
    return value === '' ? 'nothing' : `\`${(0,build_text/* quote */.hD)(value, 80).replaceAll('`', "'")}\``;
}

// EXTERNAL MODULE: ./build/journal.js
var build_journal = __webpack_require__(7999);
;// CONCATENATED MODULE: ./build/public-keys.js

/** The stores' public keys, each read once, and anew when GitHub says that a box can't be opened. */
class PublicKeys {
    #secrets;
    #reads = new Map();
    constructor(secrets) {
        this.#secrets = secrets;
    }
    of(store) {
        const key = (0,build_target/* lineOf */.cA)(store).toLowerCase();
        const read = this.#reads.get(key) ?? this.#secrets.publicKey(store);
        this.#reads.set(key, read);
        return read;
    }
    async refresh(store, limits) {
        const read = await this.#secrets.publicKey(store, limits);
        if ('found' in read)
            this.#reads.set((0,build_target/* lineOf */.cA)(store).toLowerCase(), Promise.resolve(read));
        return read;
    }
}

// EXTERNAL MODULE: ./build/report.js
var report = __webpack_require__(2200);
// EXTERNAL MODULE: ./build/github.js
var github = __webpack_require__(1533);
;// CONCATENATED MODULE: ./build/repositories.js




/** GitHub's repositories; each is read once. */
class Repositories {
    #github;
    #reads = new Map();
    constructor(github) {
        this.#github = github;
    }
    /** @throws Cancelled */
    read(owner, name) {
        const key = `${owner}/${name}`.toLowerCase();
        const read = this.#reads.get(key) ?? this.#read(owner, name);
        this.#reads.set(key, read);
        return read;
    }
    /**
     * All repositories of an owner that the credential may see, whatever the owner and the credential are. An App sees
     * those of its installation; GitHub lists those of an organization, of another user and of the own account each
     * elsewhere, and nothing tells beforehand which of them an owner is.
     *
     * @throws Cancelled
     */
    async list(owner) {
        const isOwners = (repository) => repository.owner.toLowerCase() === owner.toLowerCase();
        const own = (read) => ('found' in read ? { found: read.found.filter(isOwners) } : read);
        if ((0,credential/* credentialKind */.eV)(this.#github.credential) === 'app')
            return own(await this.#pages(owner, '/installation/repositories'));
        const name = encodeURIComponent(owner);
        const organization = await this.#pages(owner, `/orgs/${name}/repos?type=all`);
        if ('found' in organization || organization.answer.status !== 404)
            return own(organization);
        const account = own(await this.#pages(owner, '/user/repos?affiliation=owner'));
        if ('found' in account && account.found.length > 0)
            return account;
        return own(await this.#pages(owner, `/users/${name}/repos?type=owner`));
    }
    async #pages(owner, path) {
        const repositories = new Map();
        for (let page = 1; page <= github/* mostPages */.uH; page++) {
            const separator = path.includes('?') ? '&' : '?';
            const url = `${path}${separator}per_page=${github/* pageSize */.T0}&page=${page}`;
            const answer = await this.#github.call(`Listing the repositories of ${owner}`, 'GET', url, retry/* patience */._.read);
            if (answer.status !== 200)
                return { answer };
            const data = answer.data;
            const listed = Array.isArray(data) ? data : data?.repositories;
            if (!Array.isArray(listed))
                return { answer: { ...answer, said: (0,github/* unusable */._P)(answer, 'a list of repositories') } };
            for (const repository of listed.map(repositoryFrom)) {
                if (repository !== undefined)
                    repositories.set(`${repository.owner}/${repository.name}`, repository);
            }
            if (listed.length < github/* pageSize */.T0 && !answer.headers.link?.includes('rel="next"'))
                break;
        }
        return { found: [...repositories.values()] };
    }
    async #read(owner, name) {
        const what = `Reading the repository ${owner}/${name}`;
        const answer = await this.#github.call(what, 'GET', (0,build_store/* repositoryPath */.SH)(owner, name), retry/* patience */._.read);
        if (answer.status === 301)
            return { answer: await this.#named(answer, owner) };
        if (answer.status !== 200)
            return { answer };
        const found = repositoryFrom(answer.data);
        return found === undefined ? { answer: { ...answer, said: (0,github/* unusable */._P)(answer, 'a repository') } } : { found };
    }
    /** A 301 that says the new name: GitHub's own gives an id, which the owner's list translates. */
    async #named(answer, owner) {
        const location = answer.headers.location ?? answer.data?.url;
        const id = /\/repositories\/(\d+)/.exec(String(location))?.[1];
        const listed = id === undefined ? undefined : await this.list(owner);
        const renamed = listed !== undefined && 'found' in listed ? listed.found.find((each) => each.id === Number(id)) : undefined;
        if (renamed === undefined)
            return answer;
        return { ...answer, headers: { ...answer.headers, location: `/repos/${renamed.owner}/${renamed.name}` } };
    }
}
/** A repository from GitHub's JSON; undefined where it is none. `private` counts as false unless GitHub says so. */
function repositoryFrom(data) {
    const fields = data;
    if (typeof fields?.full_name !== 'string')
        return undefined;
    const [owner, name] = fields.full_name.split('/');
    if (owner === undefined || name === undefined)
        return undefined;
    return {
        id: typeof fields.id === 'number' ? fields.id : 0,
        owner,
        name,
        archived: fields.archived === true,
        disabled: fields.disabled === true,
        private: fields.private === true,
    };
}

// EXTERNAL MODULE: ./build/regeneration.js
var regeneration = __webpack_require__(3777);
;// CONCATENATED MODULE: ./build/storing.js







/** More targets than this are counted in the log, not named one by one. */
const linesForTargets = 20;
/** The journal's line for a sealed value. */
function sealedLine({ place, number, sealed }) {
    return { kind: 'sealed', target: number, body: (0,secret_store/* bodyOf */.EN)(sealed, place.secret?.access ?? {}) };
}
/** Writes one sealed token. A 422 may mean that the store's key changed: it is read again and the token sealed anew, once. */
async function store(sealedPlace, token, limits, ports) {
    const { place } = sealedPlace;
    let latest = sealedPlace;
    let written = await put(latest, limits, ports);
    if ('answer' in written && written.answer.status === 422) {
        const fresh = await ports.keys.refresh(place.target.store, limits);
        if ('found' in fresh) {
            latest = { ...sealedPlace, sealed: ports.seal(token.reveal(), fresh.found) };
            ports.journal.flush(sealedLine(latest));
            written = await put(latest, limits, ports);
        }
    }
    const named = { target: place.target, label: place.label, shown: place.shown, updatedAt: place.secret?.updatedAt };
    if ('status' in written) {
        ports.journal.note({ kind: 'stored', target: sealedPlace.number });
        return { result: { ...named, status: written.status }, latest };
    }
    const problem = (0,github_problems/* problemWithStore */.Bo)(`Writing ${place.shown}`, written.answer, place.target.store, ports.asker);
    return { result: { ...named, status: 'failed', problem }, latest };
}
/**
 * Writes the sealed token to every other place, side by side, and says how far it is.
 *
 * @param earlierWrites what this run wrote before: GitHub's limits count it too
 */
async function storeAll(places, token, earlierWrites, ports) {
    const duration = durationOf(earlierWrites + places.length);
    if (duration > 0)
        ports.log.info(paceOf(places.length, ports.clock.now() + duration));
    const progress = new Progress('Stored', places.length, duration, ports);
    return Promise.all(places.map(async (place) => {
        const stored = await store(place, token, retry/* patience */._.other, ports);
        const { shown, status } = stored.result;
        if (places.length <= linesForTargets)
            ports.log.info(status === 'failed' ? `Not stored: ${shown}` : `Stored: ${shown}`);
        else
            progress.step();
        return stored;
    }));
}
function paceOf(count, doneAt) {
    return `Storing ${count} targets at the pace that GitHub allows (${pace/* writesAMinute */.AJ} writes a minute, ${pace/* writesAnHour */.ei} an hour): done by about ${(0,build_text/* minuteOf */.iA)(doneAt)}`;
}
function put({ place, sealed }, limits, { secrets }) {
    return secrets.write(place.target, sealed, place.secret?.access ?? {}, limits);
}

;// CONCATENATED MODULE: ./build/verification.js

/** How long a new token may take to be known everywhere. */
const spreading = 30 * build_clock/* second */.Rc;
/** What is kept for storing of the time that a cancel leaves. */
const timeToStore = 4 * build_clock/* second */.Rc;
const pauses = [1, 2, 4, 8].map((seconds) => seconds * build_clock/* second */.Rc);
/** Checks the new token for up to 30 s, until it is accepted. */
async function verify(check, { clock, log, cancellation }) {
    const end = clock.now() + spreading;
    let unclear;
    for (let round = 0;; round++) {
        const result = await check();
        if (result.kind === 'accepted')
            return result;
        if (result.kind !== 'refused')
            unclear = result.why;
        const pause = result.kind === 'limited' ? result.ms : (pauses[round] ?? 8 * build_clock/* second */.Rc);
        const wakeAt = clock.now() + pause;
        // A cancel leaves no time to see whether the token still spreads, and a token put aside then would be lost.
        if (wakeAt > cancellation.deadline() - timeToStore && wakeAt <= end)
            return { kind: 'unknown', why: unclear ?? `${result.why}, and a cancel left no time to check again` };
        // A redirect or a proxy's page stays what it is.
        if (wakeAt > end || result.kind === 'odd' || result.kind === 'proxy') {
            return unclear === undefined ? { kind: 'refused', why: result.why } : { kind: 'unknown', why: unclear };
        }
        if (pause > 2 * build_clock/* second */.Rc)
            log.info(`Checking the new token: ${result.why}; checking again in ${pause / build_clock/* second */.Rc} s`);
        await clock.sleep(pause, cancellation.now.aborted ? cancellation.lastCall : cancellation.now);
        // A cancel ends our own pauses early, but not what the server asked for.
        if (result.kind === 'limited' && cancellation.now.aborted && clock.now() < wakeAt)
            return { kind: 'unknown', why: result.why };
    }
}

;// CONCATENATED MODULE: ./build/issued-token.js










/** Until when the new token and the one before it work. */
function validityOf({ validUntil, at }, { expiry }) {
    const overlapEnd = at + regeneration/* overlap */.EF;
    const previousValidUntil = expiry.kind === 'known' ? Math.min(overlapEnd, Math.max(expiry.validUntil, at)) : overlapEnd;
    return { ...(validUntil === undefined ? {} : { validUntil }), previousValidUntil };
}
/** Seals the token for every place. The home's box is on the disk before anything else is done. */
function sealAndJournal(token, home, others, validity, { journal, seal }) {
    const sealFor = (place, number) => ({ place, number, sealed: seal(token.reveal(), place.key) });
    const homeSealed = sealFor(home, 0);
    journal.flush({ kind: 'issued', ...validity }, sealedLine(homeSealed));
    const othersSealed = others.map((place, index) => sealFor(place, index + 1));
    if (othersSealed.length > 0)
        journal.flush(...othersSealed.map(sealedLine));
    return [homeSealed, ...othersSealed];
}
/** Whether ThousandEyes accepts the new token. One that can't stand in a header can't be accepted by anyone. */
async function verifyToken(token, check, ports) {
    if (!(0,secret/* canStandInHeader */.NC)(token.reveal())) {
        return {
            kind: 'refused',
            why: 'the token has characters that can not stand in an HTTP header, so nobody could use it',
        };
    }
    return verify(() => check(token), ports);
}
/** A refused token is stored nowhere; the post step is told so. */
async function keepOldToken({ inspection, home, others, validity, journal, proof }, why) {
    journal.flush({ kind: 'refused' });
    const warnings = [...inspection.warnings, ...proof.warnings, ...(await proof.cleanup)];
    journal.remove();
    return {
        mode: 'rotate',
        headline: 'A new token was issued, but it does not work, so the old one stays in place.',
        rotated: false,
        results: [home, ...others].map(unwritten),
        problems: [(0,thousandeyes_problems/* newTokenRefused */._H)(why, home.target, home.shown, validity.previousValidUntil)],
        warnings,
        notices: [],
    };
}
/** The home could not be written: the others are left alone, and the journal stays for the post step. */
async function homeFailed({ inspection, home, others, validity, proof, verification }, { result, latest }, cause) {
    const { target, shown } = home;
    const problem = new errors/* Problem */.A(cause.tried, cause.cameBack, `The new token is not lost: it is sealed in this run's journal, and below "Finish by hand" in the job summary (in the log, where the summary can't be written). The post step of this run tries again. If that fails too, run the command there by ${(0,build_text/* minuteOf */.iA)(validity.previousValidUntil)}, when the old token stops working at the latest; then run this workflow with \`mode: sync\`. The cause: ${cause.todo}`);
    return {
        mode: 'rotate',
        headline: `A new token was issued, but ${shown} could not be written yet.`,
        rotated: false,
        results: [{ ...result, problem }, ...others.map(unwritten)],
        problems: [problem],
        warnings: [...inspection.warnings, ...proof.warnings, ...(await proof.cleanup), ...doubts(verification)],
        notices: [],
        previousValidUntil: validity.previousValidUntil,
        recovery: { target, shown, body: (0,secret_store/* bodyOf */.EN)(latest.sealed, home.secret.access), validity },
    };
}
/** The home is written: the expiry variable, and what is left to say. */
async function finish({ request, inspection, home, validity, journal, proof, verification }, issuedAt, results, variables) {
    const { expiryVariable, asker } = request;
    const expiryProblem = expiryVariable === undefined
        ? undefined
        : await (0,build_expiry/* keepExpiry */.lf)(expiryVariable, validity.validUntil, { target: home.target, access: home.secret.access }, asker, variables);
    if (expiryVariable !== undefined && expiryProblem === undefined)
        journal.note({ kind: 'dated' });
    const failed = results.filter(({ status }) => status === 'failed');
    const left = await proof.cleanup;
    if (failed.length === 0 && expiryProblem === undefined)
        journal.remove();
    const undated = validity.validUntil === undefined
        ? ['ThousandEyes did not say until when the new token is valid; its documentation says two years.']
        : [];
    return {
        mode: 'rotate',
        headline: failed.length === 0
            ? `The token was rotated in ${(0,build_text/* plural */.LS)(results.length, 'target')}.`
            : `The token was rotated, but ${failed.length} of ${(0,build_text/* plural */.LS)(results.length, 'target')} could not be written.`,
        rotated: true,
        results,
        problems: [...failedTargets(failed), ...(expiryProblem === undefined ? [] : [expiryProblem])],
        warnings: [...inspection.warnings, ...proof.warnings, ...left, ...doubts(verification), ...undated],
        notices: [],
        issuedAt,
        ...(validity.validUntil === undefined ? {} : { validUntil: validity.validUntil }),
        previousValidUntil: validity.previousValidUntil,
    };
}
function doubts(verification) {
    return verification.kind === 'unknown'
        ? [
            `The new token could not be checked: ${verification.why}. It was stored all the same: only a token that ThousandEyes refuses for 30 s is put aside.`,
        ]
        : [];
}
/** One problem for one target, one for many: the table says which. */
function failedTargets(failed) {
    const [first] = failed;
    if (first?.problem === undefined)
        return [];
    const sync = 'All other targets are written. When the cause is mended, run this workflow with `mode: sync`.';
    if (failed.length === 1)
        return [new errors/* Problem */.A(first.problem.tried, first.problem.cameBack, `${first.problem.todo} ${sync}`)];
    const names = [...new Set(failed.map(({ shown }) => shown))];
    const more = names.length > 5 ? ` and ${names.length - 5} more` : '';
    return [
        new errors/* Problem */.A(`Writing ${(0,build_text/* plural */.LS)(failed.length, 'target')} of many`, `${names.slice(0, 5).join(', ')}${more}: the summary says why. The first: ${first.problem.cameBack}`, sync),
    ];
}

;// CONCATENATED MODULE: ./build/write-test.js





/** What the test secret holds: it is deleted at once, and nobody need wonder what it was. */
const testValue = 'This was a write test of rotate-thousandeyes-token. It can be deleted.';
/**
 * Proves that writing works, at the home and once for every other owner and kind of store: reading a public key proves
 * nothing about writing. Not used: writing the current token to its own secret, which needs no cleaning up; but a run
 * that waited in the queue would put an old token over a new one.
 *
 * @throws Cancelled, once the test secrets are gone
 */
async function proveWriting(places, asker, ports) {
    const sites = testSites(places);
    ports.journal.note(...sites.map(({ target }) => ({ kind: 'testing', store: target.store })));
    const tests = await Promise.allSettled(sites.map((site) => test(site, ports)));
    const cleanup = cleanUp(sites, tests, ports);
    const thrown = tests.find((result) => result.status === 'rejected');
    if (thrown !== undefined) {
        await cleanup;
        throw thrown.reason;
    }
    const refused = [];
    const warnings = [];
    tests.forEach((result, index) => {
        const site = sites[index];
        const answer = result.status === 'fulfilled' ? result.value : undefined;
        if (answer === undefined || site === undefined)
            return;
        const problem = (0,github_problems/* problemWithStore */.Bo)(`Testing whether ${site.shown} can be written`, answer, site.target.store, asker);
        if (stops(answer))
            refused.push({ target: site.target, label: site.label, shown: site.shown, problem });
        else
            warnings.push(`${problem.message} The run goes on, because this is no refusal of permission.`);
    });
    return { refused, warnings, cleanup };
}
/** The home, and the first place of every other owner and kind of store. */
function testSites(places) {
    const sites = new Map();
    for (const place of places) {
        const { store } = place.target;
        const group = `${(0,build_store/* ownerOf */.bf)(store)} ${(0,build_store/* kindOf */.I)(store)}`;
        if (!sites.has(group))
            sites.set(group, place);
    }
    return [...sites.values()];
}
/** How many requests the tests of these places take of the limits on writing: a write and a delete each. */
function testRequests(places) {
    return 2 * testSites(places).length;
}
async function test({ target, key }, { secrets, keys, seal }) {
    const testTarget = { store: target.store, secret: build_target/* writeTestName */.rG };
    const access = (0,secret_store/* accessOfNobody */.RY)(target.store);
    const first = await secrets.write(testTarget, seal(testValue, key), access, retry/* patience */._.read);
    if ('status' in first)
        return undefined;
    if (first.answer.status !== 422)
        return first.answer;
    const fresh = await keys.refresh(target.store, retry/* patience */._.read);
    if ('answer' in fresh)
        return first.answer;
    const second = await secrets.write(testTarget, seal(testValue, fresh.found), access, retry/* patience */._.read);
    return 'answer' in second ? second.answer : undefined;
}
/** Whether the server may have written the test; a clear refusal says that it did not. */
function mayHaveWritten(answer) {
    return answer === undefined || answer.status < 300 || answer.status >= 500;
}
/** Only a refusal of the value itself is none of permission. Whoever can't write the test can't write the token. */
function stops({ status, said }) {
    return ![400, 409, 413, 422].includes(status) || said.includes('HTML');
}
/**
 * Deletes every test secret, also those whose answer did not come: the server may have written them. Warns only of
 * those: where the write was refused, a refused delete is no second fault.
 */
async function cleanUp(sites, tests, { secrets, journal }) {
    const left = await Promise.all(sites.map(async ({ target, shown }, index) => {
        const answer = await secrets.removeWriteTest(target.store);
        const result = tests[index];
        // A write that a cancel broke off may reach the store even now: the post step deletes it once more.
        if (result?.status !== 'fulfilled')
            return undefined;
        if (answer !== undefined && mayHaveWritten(result.value))
            return `The secret ${build_target/* writeTestName */.rG} could not be deleted from ${shown} (GitHub: ${answer.said}). It holds nothing of value; delete it by hand.`;
        journal.note({ kind: 'tested', store: target.store });
        return undefined;
    }));
    return left.filter((warning) => warning !== undefined);
}

;// CONCATENATED MODULE: ./build/rotation.js












/** The expiry variable: an update, and a creation where there was none. */
const variableRequests = 2;
/**
 * A whole rotation. What is found before the token is asked for stops it, with nothing changed; what breaks afterwards
 * is finished by the post step or by a person, because the journal holds the sealed token.
 *
 * @throws Cancelled before the token is asked for
 */
async function rotate(request, ports) {
    const inspection = await inspect(request, ports);
    const { home } = inspection;
    const found = problemsIn(inspection);
    if (home === undefined || found.length > 0)
        return stopped('rotate', inspection, found);
    const others = inspection.others.filter(isPlace);
    if (!(0,build_expiry/* isDue */.nZ)(inspection.expiry, request.rotateWhenDaysLeft, ports.clock.now())) {
        return notDue(home, others, inspection, ports);
    }
    const places = [home, ...others];
    ports.log.info(`Read: ${(0,build_text/* plural */.LS)(places.length, 'target')} can be found; the home is ${home.shown}`);
    const journal = (await ports.affordWrites(testRequests(places) + places.length + variableRequests)) ??
        openJournal(places, request, ports);
    if (journal instanceof errors/* Problem */.A)
        return stopped('rotate', inspection, [journal]);
    // A cancel leaves the journal to the post step, which deletes the test secrets once more.
    const proof = await proveWriting(places, request.asker, { ...ports, journal });
    const scene = { request, inspection, home, others, journal, proof };
    const issue = proof.refused.length > 0 ? undefined : await askForToken(home, journal, ports);
    return issue?.kind === 'issued' ? storeEverywhere(issue, scene, ports) : withoutToken(issue, scene, ports);
}
/** The token exists: from here on it is on disk, sealed, before anything else can go wrong. */
async function storeEverywhere(issue, scene, ports) {
    const { request, inspection, home, others } = scene;
    const { token } = issue;
    const validity = validityOf(issue, inspection);
    const after = { ...ports, journal: (0,build_journal/* tolerantJournal */.pn)(scene.journal, ports.log), asker: request.asker };
    const [homeSealed, ...othersSealed] = sealAndJournal(token, home, others, validity, after);
    ports.log.info(`Issued: a new token${validity.validUntil === undefined ? '' : `, valid until ${(0,build_text/* dayOf */.kb)(validity.validUntil)}`}; sealed for ${(0,build_text/* plural */.LS)(others.length + 1, 'target')}`);
    const verification = await verifyToken(token, ports.checkNewToken, ports);
    const run = { ...scene, validity, journal: after.journal, verification };
    if (verification.kind === 'refused')
        return keepOldToken(run, verification.why);
    ports.log.info(verification.kind === 'accepted'
        ? 'Verified: ThousandEyes accepts the new token'
        : `Not verified: ${verification.why}`);
    const unexposed = request.exposeToken && !ports.expose(token) ? [notExposed()] : [];
    const atHome = await store(homeSealed, token, retry/* patience */._.home, after);
    if (atHome.result.problem !== undefined)
        return withProblems(await homeFailed(run, atHome, atHome.result.problem), unexposed);
    ports.log.info(`Stored: the home ${home.shown}`);
    const elsewhere = await storeAll(othersSealed, token, testRequests([home, ...others]) + 1, after);
    const outcome = await finish(run, issue.at, [atHome, ...elsewhere].map(({ result }) => result), ports.variables);
    return withProblems(outcome, unexposed);
}
/** No token came: writing was refused before it was asked for, or ThousandEyes gave none. */
async function withoutToken(issue, { request, inspection, home, others, journal, proof }, ports) {
    const warnings = [...proof.warnings, ...(await proof.cleanup)];
    journal.remove();
    if (issue === undefined) {
        // Once the token was asked for, what came of it counts, cancelled or not.
        ports.cancellation.throwIfCancelled();
        return refusedWriting(home, inspection, proof, warnings);
    }
    if (issue.kind === 'failed')
        return { ...stopped('rotate', inspection, [issue.problem], warnings), headline: headlines[issue.fate] };
    return overlapping({ ...home, secret: issue.home }, others, issue.possibleAt, request.expiryVariable, [...inspection.warnings, ...warnings], ports);
}
function withProblems(outcome, more) {
    return { ...outcome, problems: [...outcome.problems, ...more] };
}
function notExposed() {
    return new errors/* Problem */.A('Setting the output `token`, as `expose-token` asks', 'the file GITHUB_OUTPUT could not be written', "Later steps don't get the new token. It is stored as the table says: read it from the secret in a fresh run.");
}
const headlines = {
    'nothing issued': 'Nothing was issued and nothing was changed.',
    'issued and lost': 'A token was issued and lost. The one in use still works, but not for long.',
    unknown: 'It is unknown whether a token was issued. The one in use still works.',
};
/** The journal, or a problem: without it nothing may be issued. */
function openJournal(places, { expiryVariable }, ports) {
    const targets = places.map(({ target, shown, secret }) => ({ ...target, shown, access: secret?.access ?? {} }));
    try {
        return ports.createJournal({
            kind: 'run',
            pid: process.pid,
            targets,
            ...(expiryVariable === undefined ? {} : { expiryVariable }),
        });
    }
    catch {
        return new errors/* Problem */.A('Creating the journal in the folder RUNNER_TEMP, and leaving its path in the file GITHUB_STATE', 'one of the two could not be written', 'The journal keeps a sealed copy of the new token, so nothing is issued without it. See that RUNNER_TEMP names a folder of the runner with space left, and that the runner sets GITHUB_STATE.');
    }
}
/** Asks, unless it was cancelled or the post step took over; from here on a cancel does not stop the run. */
async function askForToken(home, journal, ports) {
    if (ports.cancellation.now.aborted)
        return undefined;
    ports.log.info('Tested: the secrets can be written; asking ThousandEyes for a new token');
    if (claim(journal, ports)) {
        const say = () => ports.log.info('Cancelled, but the token is asked for by now: this step stores it before it ends');
        ports.cancellation.now.addEventListener('abort', say);
        const readHome = async () => {
            const read = await ports.secrets.read(home.target, retry/* patience */._.reread);
            return 'found' in read ? read.found : undefined;
        };
        return (0,regeneration/* regenerate */.Pw)(home, { ...ports, readHome });
    }
    const problem = new errors/* Problem */.A('Noting in the journal that a token is asked for', 'the journal is closed or could not be written', 'Either the post step of this run gave up waiting for this one, or the disk of the runner is full. Start the run again.');
    return { kind: 'failed', fate: 'nothing issued', problem };
}
function claim(journal, { clock }) {
    try {
        return journal.claim(clock.now());
    }
    catch {
        return false;
    }
}
function refusedWriting(home, inspection, { refused }, warnings) {
    const misfitFor = new Map(refused.map((misfit) => [misfit.target, misfit]));
    const homeMisfit = misfitFor.get(home.target);
    const judged = {
        ...inspection,
        home: homeMisfit === undefined ? home : undefined,
        homeMisfit,
        others: inspection.others.map((other) => misfitFor.get(other.target) ?? other),
    };
    return stopped('rotate', judged, problemsIn(judged), warnings);
}

// EXTERNAL MODULE: ./build/sealed-box.js
var sealed_box = __webpack_require__(6958);
// EXTERNAL MODULE: ./build/summary.js + 1 modules
var summary = __webpack_require__(6031);
;// CONCATENATED MODULE: ./build/sync.js








/** GitHub shows the date of a write late, by 24 s as seen. */
const sync_lag = 30 * build_clock/* second */.Rc;
/** ThousandEyes allows no rotation in the 14 days after one; a day is left for clocks that differ. */
const surelyNoRotation = regeneration/* overlap */.EF - build_clock/* day */.vd;
/**
 * Writes the current token to every target but the home. Only where it can't be older than the home's: a run that waited
 * in the queue holds the value that the secret had when it was queued.
 *
 * @throws Cancelled before anything is written
 */
async function sync(token, request, ports) {
    const inspection = await inspect(request, ports);
    const { home } = inspection;
    const fatal = problemsIn({ ...inspection, others: [] });
    if (home === undefined || fatal.length > 0)
        return stopped('sync', inspection, fatal);
    const places = inspection.others.filter(isPlace);
    const obstacle = places.length === 0
        ? undefined
        : ((await ports.affordWrites(places.length)) ?? (await olderThanHome(home, inspection.isAccepted, ports)));
    if (obstacle !== undefined)
        return stopped('sync', inspection, [obstacle]);
    ports.cancellation.throwIfCancelled();
    const storing = { ...ports, asker: request.asker, journal: { note: () => undefined, flush: () => undefined } };
    const sealed = places.map((place, number) => ({ place, number, sealed: ports.seal(token.reveal(), place.key) }));
    const stored = await storeAll(sealed, token, 0, storing);
    const resultOf = new Map(stored.map(({ result }) => [result.target, result]));
    const results = inspection.others.map((other) => resultOf.get(other.target) ?? unwritten(other));
    const failed = results.filter(({ status }) => status === 'failed');
    const written = results.length - failed.length;
    return {
        mode: 'sync',
        headline: results.length === 0
            ? 'There is no target but the home, so there was nothing to write.'
            : `The current token was written to ${written} of ${(0,build_text/* plural */.LS)(results.length, 'target')}.`,
        rotated: false,
        results: [unwritten(home), ...results],
        problems: failedTargets(failed),
        warnings: inspection.warnings,
        notices: agesOf(home, places),
        ...(inspection.expiry.kind === 'known' ? { validUntil: inspection.expiry.validUntil } : {}),
    };
}
/**
 * Why the token in hand may be older than the home's, or undefined where it can't be.
 *
 * @param isAccepted whether ThousandEyes was seen to accept it: only then is a token before the home's dead after 15 days
 */
async function olderThanHome(home, isAccepted, ports) {
    const { clock, log, cancellation } = ports;
    let { updatedAt } = home.secret;
    if (clock.now() - updatedAt > surelyNoRotation) {
        // A rotation that has just ended may not show yet, and its old token would go over the new one.
        log.info(`Reading the date of ${home.shown} again in ${sync_lag / build_clock/* second */.Rc} s: GitHub shows a write late`);
        await clock.sleep(sync_lag, cancellation.now);
        const again = await ports.secrets.read(home.target);
        updatedAt = 'found' in again ? again.found.updatedAt : clock.now();
    }
    if (isAccepted && clock.now() - updatedAt > regeneration/* overlapWithMargin */.cu)
        return undefined;
    const created = await ports.runCreated();
    if ('problem' in created)
        return created.problem;
    if (updatedAt < created.at)
        return undefined;
    return new errors/* Problem */.A(`Comparing the home ${home.shown} with this run`, `the home was last written on ${(0,build_text/* minuteOf */.iA)(updatedAt)}, after this run was created (${(0,build_text/* minuteOf */.iA)(created.at)}), so the token that this run was given may be older than the home's`, 'Nothing was written. Start a fresh run: it gets the newer token.');
}
/** Which targets were behind the home, for a person to see. */
function agesOf(home, places) {
    const behind = places.flatMap(({ shown, secret }) => {
        const older = secret === undefined ? 0 : home.secret.updatedAt - secret.updatedAt;
        return older > 60 * build_clock/* minute */.Vc ? [`${shown} (${(0,build_text/* plural */.LS)(Math.floor(older / build_clock/* day */.vd), 'day')} older)`] : [];
    });
    const names = [...new Set(behind)];
    if (names.length === 0)
        return [];
    const more = names.length > 20 ? ` and ${names.length - 20} more` : '';
    return [
        `Written before the home (${(0,build_text/* minuteOf */.iA)(home.secret.updatedAt)}) until now: ${names.slice(0, 20).join(', ')}${more}.`,
    ];
}

;// CONCATENATED MODULE: ./build/patterns.js






/**
 * The repositories of an owner that match a pattern and already hold its secret.
 *
 * @param hidden where the names that are found are hidden from log and summary; undefined where they may be shown
 * @throws Cancelled
 */
async function expand(pattern, secretName, hidden, asker, ports) {
    const line = (0,build_target/* labelOf */.Wy)(pattern, secretName);
    const listed = await ports.repositories.list(pattern.store.owner);
    if ('answer' in listed) {
        const problem = (0,github_problems/* problemWithStore */.Bo)(`Listing the repositories of ${pattern.store.owner} for ${line}`, listed.answer, pattern.store, asker);
        return { targets: [], problems: [problem], counts: `${line}: not listed` };
    }
    const matching = listed.found.filter(({ name }) => matches(name, pattern.store.repository));
    for (const { owner, name } of matching)
        hidden?.hide(`${owner}/${name}`, line);
    const showNames = hidden === undefined;
    const progress = new Progress(`Looked for ${line}`, matching.length, durationOfReads(2 * matching.length), ports);
    const candidates = await Promise.all(matching.map(async (repository) => {
        const candidate = await judge(repository, pattern, ports);
        progress.step();
        return candidate;
    }));
    const count = (kind) => candidates.filter((candidate) => candidate.kind === kind).length;
    const targets = candidates
        .filter((candidate) => candidate.kind === 'holds')
        .map(({ target }) => named(target, line, secretName, showNames));
    const unreadable = candidates.filter((candidate) => candidate.kind === 'unreadable');
    const problems = unreadable.slice(0, 1).map(({ answer, target }) => {
        const where = showNames
            ? (0,build_target/* labelOf */.Wy)(target, secretName)
            : `one of ${(0,build_text/* plural */.LS)(unreadable.length, 'repository', 'repositories')} of ${line}`;
        return (0,github_problems/* problemWithStore */.Bo)(`Reading ${where}`, answer, showNames ? target.store : pattern.store, asker);
    });
    const counts = `${line}: of ${(0,build_text/* plural */.LS)(listed.found.length, 'repository', 'repositories')} ${matching.length} match, ${count('holds')} hold the secret; left out: ${count('lacks')} without it, ${count('archived')} archived, ${count('disabled')} disabled`;
    if (targets.length === 0 && problems.length === 0) {
        problems.push(new errors/* Problem */.A(`Expanding ${line}`, counts, 'A pattern finds repositories that already hold the secret, and this one finds none. Check the spelling, and which repositories the credential may see; or remove the line.'));
    }
    return { targets, problems, counts };
}
/** One target of a pattern, as it may be called. */
function named(target, line, secretName, showNames) {
    const label = (0,build_target/* labelOf */.Wy)(target, secretName);
    return { target, label, shown: showNames ? label : line };
}
/** A 404 counts as "does not hold it" only where the public key could be read: else it may mean "may not see it". */
async function judge(repository, pattern, { secrets, keys }) {
    if (repository.archived)
        return { kind: 'archived' };
    if (repository.disabled)
        return { kind: 'disabled' };
    const target = {
        ...pattern,
        store: { ...pattern.store, owner: repository.owner, repository: repository.name },
    };
    const [secret, key] = await Promise.all([secrets.read(target), keys.of(target.store)]);
    if ('found' in secret)
        return { kind: 'holds', target };
    if (secret.answer.status !== 404)
        return { kind: 'unreadable', answer: secret.answer, target };
    if ('found' in key)
        return { kind: 'lacks' };
    // A repository without the environment can't hold its secret; that is told by the repository's own Actions key.
    if (target.store.level === 'environment' && key.answer.status === 404) {
        const actions = await keys.of({
            level: 'repository',
            feature: 'actions',
            owner: repository.owner,
            repository: repository.name,
        });
        if ('found' in actions)
            return { kind: 'lacks' };
    }
    return { kind: 'unreadable', answer: key.answer, target };
}
/** Whether a name matches; `*` stands for any characters, case does not count. No regular expression: ten stars would take it years. */
function matches(name, pattern) {
    const [text, wanted] = [name.toLowerCase(), pattern.toLowerCase()];
    const first = wanted.slice(0, wanted.indexOf('*'));
    const last = wanted.slice(wanted.lastIndexOf('*') + 1);
    if (!text.startsWith(first) || !text.endsWith(last) || text.length < first.length + last.length)
        return false;
    let from = first.length;
    for (const part of wanted.split('*').slice(1, -1)) {
        const at = text.indexOf(part, from);
        if (at === -1 || at + part.length > text.length - last.length)
            return false;
        from = at + part.length;
    }
    return true;
}
/** Each target once, the first mention counting. */
function distinct(targets) {
    const seen = new Map();
    for (const named of targets) {
        const key = (0,build_target/* keyOf */.TN)(named.target);
        if (!seen.has(key))
            seen.set(key, named);
    }
    return [...seen.values()];
}

;// CONCATENATED MODULE: ./build/targets.js




/** The targets that the lines name, each once, the home first; or the outcome of lines that can't be expanded. */
async function findTargets({ lines, secretName, githubToken, mode }, running, hidden, ports) {
    const asker = (0,build_connections/* askerOf */.Y)(githubToken, lines.map((line) => (line.kind === 'target' ? line.target : line.pattern)));
    const hasPatterns = lines.some(({ kind }) => kind === 'pattern');
    const showNames = hasPatterns && (await isPrivate(running, ports));
    const hide = showNames ? undefined : hidden;
    hidden.spare(running);
    for (const line of lines) {
        if (line.kind === 'target' && 'repository' in line.target.store) {
            hidden.spare(`${line.target.store.owner}/${line.target.store.repository}`);
        }
    }
    const expansions = await Promise.all(lines.map(async (line) => {
        if (line.kind === 'pattern')
            return expand(line.pattern, secretName, hide, asker, ports);
        const label = (0,build_target/* labelOf */.Wy)(line.target, secretName);
        return { targets: [{ target: line.target, label, shown: label }], problems: [], counts: undefined };
    }));
    for (const { counts } of expansions)
        if (counts !== undefined)
            ports.log.info(counts);
    const problems = expansions.flatMap((expansion) => expansion.problems);
    const targets = distinct(expansions.flatMap((expansion) => expansion.targets));
    if (problems.length === 0)
        return { targets };
    const headline = `Nothing was issued and nothing was changed: ${(0,build_text/* plural */.LS)(problems.length, 'problem')}.`;
    const results = targets.map(({ target, label, shown }) => ({ target, label, shown, status: 'unchanged' }));
    return { problems: true, outcome: { mode, headline, rotated: false, results, problems, warnings: [], notices: [] } };
}
/** Whether the running repository is known to be private, so that its log may name what a pattern found. */
async function isPrivate(running, { eventSaysPublic, repositories }) {
    if (await eventSaysPublic())
        return false;
    const [owner, name] = running.split('/');
    if (!owner || !name)
        return false;
    const read = await repositories.read(owner, name);
    return 'found' in read && read.found.private;
}

// EXTERNAL MODULE: ./build/http.js
var http = __webpack_require__(5334);
// EXTERNAL MODULE: ./build/rate-limit.js
var rate_limit = __webpack_require__(1934);
;// CONCATENATED MODULE: ./build/thousandeyes.js





/** The longest secret that GitHub takes, in bytes. */
const longestToken = 48 * 1024;
const checkTimeout = 30 * build_clock/* second */.Rc;
/** Waiting is cheaper than losing: a token that is issued after we stopped listening is lost. */
const regenerateTimeout = 120 * build_clock/* second */.Rc;
/** The two operations of ThousandEyes' API that a rotation needs. Each call is one exchange. */
class ThousandEyes {
    #send;
    #baseUrl;
    #clock;
    constructor(baseUrl, send, clock) {
        this.#baseUrl = baseUrl;
        this.#send = send;
        this.#clock = clock;
    }
    /** `GET /users/current` names no permission, so it tells whether a token is accepted, and nothing more. */
    async check(token, signal) {
        const answer = await this.#exchange('GET', '/users/current', token, checkTimeout, signal);
        if (answer instanceof http/* NoAnswer */.W_)
            return { kind: 'down', why: `ThousandEyes gave no answer: ${answer.message}` };
        const { status } = answer;
        const why = `ThousandEyes answered ${saidBy(answer)}`;
        if (status >= 500)
            return { kind: 'down', why };
        if (status === 407 || isHtml(answer))
            return { kind: 'proxy', why };
        if (status === 429)
            return { kind: 'limited', ms: limitWait(answer, this.#clock.now()), why };
        if (status === 401)
            return { kind: 'refused', why };
        if (status === 403 || (status >= 200 && status < 300))
            return { kind: 'accepted' };
        return { kind: 'odd', why };
    }
    /** `POST /api-tokens`, once. No signal: a cancel must not cut short the one answer that can't be had again. */
    async regenerate(token) {
        const answer = await this.#exchange('POST', '/api-tokens', token, regenerateTimeout);
        if (answer instanceof http/* NoAnswer */.W_) {
            return { kind: answer.sent ? 'ambiguous' : 'unsent', why: `ThousandEyes gave no answer: ${answer.message}` };
        }
        const { status } = answer;
        const issued = status >= 200 && status < 300 ? issuedFrom(answer) : undefined;
        if (issued?.kind === 'issued')
            return issued;
        const why = `ThousandEyes answered ${saidBy(answer)}`;
        // A proxy's login page may come with a 200, and says nothing of ThousandEyes.
        if (issued !== undefined && !isHtml(answer))
            return issued;
        if (status < 400 || status >= 500 || status === 407 || status === 408 || isHtml(answer))
            return { kind: 'ambiguous', why };
        if (status === 409)
            return { kind: 'conflict', why };
        if (status === 429)
            return { kind: 'limited', ms: limitWait(answer, this.#clock.now()), why };
        return { kind: 'refused', status, why };
    }
    async #exchange(method, path, token, timeout, signal) {
        const headers = {
            authorization: `Bearer ${token.reveal()}`,
            accept: 'application/hal+json, application/problem+json, application/json',
            'user-agent': 'rotate-thousandeyes-token',
        };
        try {
            const request = { method, url: this.#baseUrl + path, headers, timeout };
            return await this.#send(signal === undefined ? request : { ...request, signal });
        }
        catch (error) {
            if (error instanceof http/* NoAnswer */.W_)
                return error;
            throw error;
        }
    }
}
/** The token of a 2xx, also out of a body that broke off behind it. */
function issuedFrom({ status, body, complete }) {
    const { bearerToken, validUntil } = fieldsFrom(body);
    if (typeof bearerToken !== 'string' || bearerToken === '') {
        const what = complete ? 'without a token in it' : 'and broke off before the token was read';
        return { kind: 'unreadable', why: `ThousandEyes answered ${status} ${what}` };
    }
    if (Buffer.byteLength(bearerToken) > longestToken) {
        return {
            kind: 'unreadable',
            why: `ThousandEyes answered ${status} with a token of more than 48 KB, which GitHub can't hold`,
        };
    }
    return { kind: 'issued', token: new secret/* Secret */.zh(bearerToken), validUntil: (0,build_text/* momentFrom */.n3)(validUntil) };
}
function fieldsFrom(body) {
    try {
        return JSON.parse(body) ?? {};
    }
    catch {
        return { bearerToken: stringAt('bearerToken', body), validUntil: stringAt('validUntil', body) };
    }
}
/** A whole string behind a name, in JSON that is not whole. What broke off inside the string is no token. */
function stringAt(name, body) {
    const literal = new RegExp(`"${name}"\\s*:\\s*("(?:[^"\\\\]|\\\\.)*")`).exec(body)?.[1];
    if (literal === undefined)
        return undefined;
    try {
        return JSON.parse(literal);
    }
    catch {
        return undefined;
    }
}
/** By shape, not by media type: errors come as problem+json, as OAuth errors, and as HTML. */
function saidBy({ status, body, headers }) {
    if (isHtml({ headers, body }))
        return `${status} (an HTML page, so perhaps from a proxy)`;
    try {
        const error = (JSON.parse(body) ?? {});
        const words = [error.detail, error.error_description, error.title, error.message, error.error].find((word) => typeof word === 'string' && word !== '');
        const text = (0,build_text/* quote */.hD)(words);
        return text === '' ? String(status) : `${status} (${text})`;
    }
    catch {
        return String(status);
    }
}
function isHtml({ headers, body }) {
    return /^text\/html/i.test(headers['content-type'] ?? '') || /^\s*<(?:!doctype|html|head|body)/i.test(body);
}
/** Source: ThousandEyes' "Rate limits" page; a 429 may come without `Retry-After`, and the limit is one of a minute. */
function limitWait({ headers }, now) {
    const told = (0,rate_limit/* secondsOf */.TM)(headers['retry-after'], now);
    if (told !== undefined)
        return told;
    const reset = Number(headers['x-organization-rate-limit-reset']) * build_clock/* second */.Rc;
    return reset > 0 ? Math.max(reset - now, 0) + build_clock/* second */.Rc : build_clock/* minute */.Vc;
}

// EXTERNAL MODULE: ./build/workflow.js
var workflow = __webpack_require__(8375);
;// CONCATENATED MODULE: ./build/workflow-run.js





/**
 * When a workflow run was created.
 *
 * @param repository `owner/name`
 * @throws Cancelled
 */
async function readRun({ repository, runId }, github, asker) {
    const [owner = '', name = ''] = repository.split('/');
    const path = `${(0,build_store/* repositoryPath */.SH)(owner, name)}/actions/runs/${encodeURIComponent(runId)}`;
    const tried = `Reading when this run was created (run ${(0,build_text/* quote */.hD)(runId, 40)} of ${repository})`;
    const answer = await github.call(tried, 'GET', path, retry/* patience */._.read);
    const at = answer.status === 200 ? (0,build_text/* momentFrom */.n3)(answer.data?.created_at) : undefined;
    if (at !== undefined)
        return { at };
    const store = { level: 'repository', feature: 'actions', owner, repository: name };
    const { cameBack } = (0,github_problems/* problemWithStore */.Bo)(tried, answer, store, asker);
    return {
        problem: new errors/* Problem */.A(tried, cameBack, 'The home was written in the last 15 days, and without this date it can\'t be told whether this run holds an older token. Give the credential the repository permission "Actions: read" (a classic token the scope `repo`), or run `sync` once the home is older than 15 days.'),
    };
}

;// CONCATENATED MODULE: ./build/main.js























/** The main step, from the inputs to the report. Never throws: whatever happens is told, and fails the step. */
async function main(runner) {
    const startedAt = Date.now();
    markMain();
    for (const name of ['thousandeyes-token', 'github-token'])
        workflow/* workflow */.k.mask(new secret/* Secret */.zh(runner.input(name) ?? ''));
    const parsed = inputsFrom(runner.input, { repository: runner.repository, githubUrl: runner.githubUrl });
    if ('faults' in parsed)
        return refuseInputs(parsed.faults);
    const { inputs } = parsed;
    const hidden = new hidden_names/* HiddenNames */.B();
    const connections = (0,build_connections/* connect */.N)(inputs.githubUrl, inputs.githubToken, hidden.log(workflow/* workflow */.k), (0,build_target/* mostTargets */.YT)(inputs.lines));
    try {
        const outcome = await outcomeOf(inputs, runner, hidden, connections, startedAt);
        const { github, clock } = connections;
        const credentialExpiresAt = (0,credential/* credentialExpiry */.JP)((0,credential/* credentialKind */.eV)(inputs.githubToken), github.expiresAt);
        const expires = (0,credential/* credentialExpires */.oj)(credentialExpiresAt, clock.now());
        const told = { ...outcome, warnings: [...outcome.warnings, ...expires], credentialExpiresAt };
        (0,report/* report */.z8)(hidden.inOutcome(told), inputs.githubUrl, workflow/* workflow */.k);
    }
    catch (error) {
        tell(error);
    }
}
/** Tells the post step by its state that it is one, for a runner that starts both by the same file. */
function markMain() {
    try {
        workflow/* workflow */.k.state('isPost', 'true');
    }
    catch {
        // Without a state file there can be no journal either, and that is told where one is needed.
    }
}
/** Runs the mode that was asked for. */
async function outcomeOf(inputs, runner, hidden, connections, startedAt) {
    const { github, secrets, clock, cancellation, send } = connections;
    const thousandEyes = new ThousandEyes(inputs.thousandEyesUrl, send, clock);
    const repositories = new Repositories(github);
    const keys = new PublicKeys(secrets);
    const found = await findTargets(inputs, runner.repository, hidden, {
        ...connections,
        repositories,
        keys,
        eventSaysPublic: runner.eventSaysPublic,
    });
    if ('problems' in found)
        return found.outcome;
    const asker = (0,build_connections/* askerOf */.Y)(inputs.githubToken, found.targets.map(({ target }) => target));
    const { createMissing, expiryVariable, rotateWhenDaysLeft, exposeToken, mode } = inputs;
    const request = { targets: found.targets, createMissing, expiryVariable, asker };
    const budget = { ...connections, credential: asker.kind, startedAt };
    const ports = {
        ...connections,
        checkCurrentToken: () => checkCurrentToken(() => thousandEyes.check(inputs.thousandEyesToken, cancellation.now), connections),
        keys,
        repositories,
        ready: sealed_box/* loadSodium */.Or,
        seal: sealed_box/* seal */.od,
        affordWrites: (writes) => affordWrites(writes, budget),
    };
    if (mode === 'check')
        return check({ ...request, rotateWhenDaysLeft }, ports);
    if (mode === 'sync') {
        return sync(inputs.thousandEyesToken, request, {
            ...ports,
            runCreated: () => readRun(runner, github, (0,build_connections/* askerOf */.Y)(inputs.githubToken, [])),
        });
    }
    return rotate({ ...request, rotateWhenDaysLeft, exposeToken }, {
        ...ports,
        regenerate: () => thousandEyes.regenerate(inputs.thousandEyesToken),
        checkNewToken: (token) => thousandEyes.check(token, cancellation.lastCall),
        mask: (token) => workflow/* workflow */.k.mask(token),
        expose: (token) => workflow/* workflow */.k.output('token', token.reveal()),
        createJournal: (header) => journalForPost(runner.temp, header),
    });
}
/** @throws where it can't be made, or where its path can't be left to the post step */
function journalForPost(folder, header) {
    const { journal, path } = (0,build_journal/* createJournal */.s9)(folder, header);
    try {
        workflow/* workflow */.k.state('journal', path);
    }
    catch (error) {
        journal.remove();
        throw error;
    }
    return journal;
}
function refuseInputs(faults) {
    workflow/* workflow */.k.output('rotated', 'false');
    workflow/* workflow */.k.output('results', '[]');
    // Each as an error of its own: the log shows them all, also where GitHub's page shows ten.
    for (const fault of faults)
        workflow/* workflow */.k.error(fault);
    workflow/* workflow */.k.summary((0,summary/* sections */.V0)(['### ❌ ThousandEyes token: the inputs are wrong, so nothing was tried', (0,summary/* bullets */.e5)('What to do', faults)]));
    workflow/* workflow */.k.fail();
}
/** What was thrown, without a stack trace or a payload. */
function tell(error) {
    workflow/* workflow */.k.fail();
    workflow/* workflow */.k.output('rotated', 'false');
    workflow/* workflow */.k.output('results', '[]');
    if (error instanceof errors/* Cancelled */.c) {
        workflow/* workflow */.k.error('Cancelled before a token was asked for: nothing was issued and nothing was changed.');
        return;
    }
    const name = error instanceof Error ? error.name : 'a value that is no error';
    workflow/* workflow */.k.error(`An error that should not happen (${(0,build_text/* quote */.hD)(name, 60)}: ${(0,build_text/* quote */.hD)(error instanceof Error ? error.message : '', 200)}). If a token was issued by then, the post step of this run finishes storing it. Please report this at the repository of the action.`);
}


/***/ })

};

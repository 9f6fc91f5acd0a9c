export const id = 640;
export const ids = [640,958];
export const modules = {

/***/ 7094:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Rc: () => (/* binding */ second),
/* harmony export */   Vc: () => (/* binding */ minute),
/* harmony export */   ml: () => (/* binding */ systemClock),
/* harmony export */   nW: () => (/* binding */ hour),
/* harmony export */   vd: () => (/* binding */ day)
/* harmony export */ });
const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;
const systemClock = {
    now: () => Date.now(),
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


/***/ }),

/***/ 8127:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  Y: () => (/* binding */ askerOf),
  N: () => (/* binding */ connect)
});

// EXTERNAL MODULE: ./build/clock.js
var build_clock = __webpack_require__(7094);
// EXTERNAL MODULE: ./build/errors.js
var errors = __webpack_require__(9473);
;// CONCATENATED MODULE: ./build/cancellation.js


/**
 * What is left to us after a cancel. The runner interrupts, terminates 7.5 s later and kills 2.5 s after that, so
 * storing ends in time to write the recovery section and leave the rest to the post step.
 */
const lastCallAfter = 8 * build_clock/* second */.Rc;
/** A cancellation, and the function that a signal handler calls; a second call changes nothing. */
function createCancellation(clock) {
    const now = new AbortController();
    const lastCall = new AbortController();
    let deadline = Number.POSITIVE_INFINITY;
    const cancel = () => {
        if (now.signal.aborted)
            return;
        deadline = clock.now() + lastCallAfter;
        now.abort();
        // In the background, or a run that stops at once would end only after the last call.
        void clock.sleep(lastCallAfter, undefined, true).then(() => lastCall.abort());
    };
    return {
        cancel,
        cancellation: {
            now: now.signal,
            lastCall: lastCall.signal,
            deadline: () => deadline,
            throwIfCancelled: () => {
                if (now.signal.aborted)
                    throw new errors/* Cancelled */.c('cancelled');
            },
        },
    };
}

// EXTERNAL MODULE: ./build/credential.js
var build_credential = __webpack_require__(7751);
// EXTERNAL MODULE: ./build/github.js
var build_github = __webpack_require__(1533);
// EXTERNAL MODULE: ./build/http.js
var http = __webpack_require__(5334);
// EXTERNAL MODULE: ./node_modules/@octokit/core/dist-src/index.js + 13 modules
var dist_src = __webpack_require__(5194);
;// CONCATENATED MODULE: ./build/octokit.js

/** The toolkit's Octokit without its table of all endpoints, and without the HTTP stack that it brings along. */
function octokitFor(githubUrl, credential) {
    return new dist_src/* Octokit */.E({
        auth: `token ${credential.reveal()}`,
        baseUrl: githubUrl,
        userAgent: 'rotate-thousandeyes-token',
    });
}

// EXTERNAL MODULE: ./build/pace.js
var pace = __webpack_require__(8069);
// EXTERNAL MODULE: ./build/secret-store.js
var secret_store = __webpack_require__(46);
// EXTERNAL MODULE: ./build/store.js
var build_store = __webpack_require__(6729);
// EXTERNAL MODULE: ./build/retry.js
var retry = __webpack_require__(5402);
// EXTERNAL MODULE: ./build/text.js
var build_text = __webpack_require__(977);
;// CONCATENATED MODULE: ./build/variable-store.js





/** GitHub's Actions variables beside an Actions secret store. */
class VariableStore {
    #github;
    constructor(github) {
        this.#github = github;
    }
    /** @throws Cancelled where the patience is stoppable */
    async read(store, name, limits = retry/* patience */._.read) {
        const what = `Reading ${describe(store, name)}`;
        const answer = await this.#github.call(what, 'GET', `${(0,build_store/* variablesPath */.XB)(store)}/${name}`, limits);
        if (answer.status !== 200)
            return { answer };
        const data = answer.data;
        const updatedAt = (0,build_text/* momentFrom */.n3)(data?.updated_at);
        if (typeof data?.value !== 'string' || updatedAt === undefined) {
            return { answer: { ...answer, said: (0,build_github/* unusable */._P)(answer, 'the value and the date of a variable') } };
        }
        return { found: { value: data.value, updatedAt } };
    }
    /**
     * Updates a variable, or creates it where there is none. GitHub has no one call for both. An update leaves an
     * organization variable's visibility alone; a new one gets the given visibility.
     *
     * @returns undefined where it is written, else GitHub's answer
     */
    async write(store, name, value, access) {
        const path = (0,build_store/* variablesPath */.XB)(store);
        const what = `Writing ${describe(store, name)}`;
        const patched = await this.#github.call(what, 'PATCH', `${path}/${name}`, retry/* patience */._.other, { value });
        if (patched.status === 204)
            return undefined;
        if (patched.status !== 404)
            return patched;
        const created = await this.#github.call(what, 'POST', path, retry/* patience */._.other, { name, value, ...(0,secret_store/* accessBody */.zW)(access) });
        if (created.status === 201)
            return undefined;
        if (created.status !== 409)
            return created;
        // It exists after all: an earlier attempt whose answer got lost made it.
        const again = await this.#github.call(what, 'PATCH', `${path}/${name}`, retry/* patience */._.other, { value });
        return again.status === 204 ? undefined : again;
    }
}
function describe(store, name) {
    return `the variable ${name} beside ${(0,build_store/* describeStore */.Fk)(store)}`;
}

;// CONCATENATED MODULE: ./build/connections.js










function connect(githubUrl, credential, log, targets) {
    const clock = build_clock/* systemClock */.ml;
    const { cancellation, cancel } = createCancellation(clock);
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGBREAK'])
        process.on(signal, cancel);
    const send = (0,http/* createSend */.Rx)(clock, (0,pace/* inFlightFor */.Rf)(targets));
    const retry = { clock, log, cancellation };
    const github = new build_github/* GitHub */.gq(githubUrl, credential, {
        ...retry,
        send,
        pace: (0,pace/* createPace */.qP)((0,pace/* inFlightFor */.Rf)(targets)),
        octokit: octokitFor(githubUrl, credential),
    });
    return { ...retry, send, github, secrets: new secret_store/* SecretStore */.Gf(github), variables: new VariableStore(github) };
}
/** What problem texts need to know of the credential, seen beside the targets. */
function askerOf(credential, targets) {
    const kind = (0,build_credential/* credentialKind */.eV)(credential);
    const owners = new Set(targets.map(({ store }) => (0,build_store/* ownerOf */.bf)(store)));
    return { kind, severalOwners: (0,build_credential/* servesOneOwner */.Ys)(kind) && owners.size > 1 };
}


/***/ }),

/***/ 7751:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   JP: () => (/* binding */ credentialExpiry),
/* harmony export */   Ys: () => (/* binding */ servesOneOwner),
/* harmony export */   eV: () => (/* binding */ credentialKind),
/* harmony export */   oj: () => (/* binding */ credentialExpires)
/* harmony export */ });
/* harmony import */ var _clock_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7094);
/* harmony import */ var _text_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(977);


/** Source: GitHub's "About authentication to GitHub", token formats. The workflow's own GITHUB_TOKEN is an App's too. */
function credentialKind(credential) {
    const value = credential.reveal();
    if (value.startsWith('ghs_'))
        return 'app';
    if (value.startsWith('github_pat_'))
        return 'fine-grained';
    if (value.startsWith('ghp_') || /^[0-9a-f]{40}$/.test(value))
        return 'classic';
    if (value.startsWith('gho_') || value.startsWith('ghu_'))
        return 'user';
    return 'unknown';
}
/** An App's installation and a fine-grained token belong to one owner. */
function servesOneOwner(kind) {
    return kind === 'app' || kind === 'fine-grained';
}
const soon = 30 * _clock_js__WEBPACK_IMPORTED_MODULE_0__/* .day */ .vd;
/** When a credential expires (ms since the epoch) as far as a person must know it: an App's token lives an hour anyway. */
function credentialExpiry(kind, expiresAt) {
    return kind === 'app' ? undefined : expiresAt;
}
/** A warning where the credential itself expires soon, moments in ms since the epoch. */
function credentialExpires(expiresAt, now) {
    if (expiresAt === undefined || expiresAt - now > soon)
        return [];
    return [
        `The GitHub credential expires on ${(0,_text_js__WEBPACK_IMPORTED_MODULE_1__/* .dayOf */ .kb)(expiresAt)}. Make a new one, and put it where \`github-token\` comes from, before then.`,
    ];
}


/***/ }),

/***/ 9473:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   A: () => (/* binding */ Problem),
/* harmony export */   c: () => (/* binding */ Cancelled)
/* harmony export */ });
/**
 * Something that went wrong, as a person reads it at 3 a.m. on a phone: what was tried, what came back, what to do now.
 */
class Problem extends Error {
    name = 'Problem';
    tried;
    cameBack;
    todo;
    constructor(tried, cameBack, todo) {
        super(`${tried}: ${cameBack}. ${todo}`);
        this.tried = tried;
        this.cameBack = cameBack;
        this.todo = todo;
    }
}
/** A cancel came while nothing had been asked for yet. */
class Cancelled extends Error {
    name = 'Cancelled';
}


/***/ }),

/***/ 3345:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   $F: () => (/* binding */ sameRotation),
/* harmony export */   KN: () => (/* binding */ expiryFrom),
/* harmony export */   lf: () => (/* binding */ keepExpiry),
/* harmony export */   nZ: () => (/* binding */ isDue)
/* harmony export */ });
/* harmony import */ var _clock_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7094);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(9473);
/* harmony import */ var _github_problems_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(3902);
/* harmony import */ var _text_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(977);




/** How far apart the writes of one rotation can be: the variable and the other targets follow the home at once. */
const sameRotation = _clock_js__WEBPACK_IMPORTED_MODULE_0__/* .hour */ .nW;
/** What a variable tells, seen beside the home's own date; undefined where its value is no date. */
function expiryFrom(variable, homeUpdatedAt) {
    const validUntil = (0,_text_js__WEBPACK_IMPORTED_MODULE_3__/* .momentFrom */ .n3)(variable.value);
    if (validUntil === undefined)
        return undefined;
    if (homeUpdatedAt - variable.updatedAt > sameRotation)
        return { kind: 'outdated' };
    return { kind: 'known', validUntil, writtenAt: variable.updatedAt };
}
/** Whether a rotation is due: always, unless it was asked to wait and the variable says that there is time. */
function isDue(expiry, whenDaysLeft, now) {
    return whenDaysLeft === undefined || expiry.kind !== 'known' || expiry.validUntil - now <= whenDaysLeft * _clock_js__WEBPACK_IMPORTED_MODULE_0__/* .day */ .vd;
}
/** Writes the expiry variable. Answers a problem where that failed: everything else is in place by then. */
async function keepExpiry(name, validUntil, home, asker, variables) {
    const tried = `Writing the expiry variable ${name}`;
    const todo = 'Everything else is stored; only this is missing.';
    if (validUntil === undefined) {
        return new _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .Problem */ .A(tried, 'ThousandEyes did not say until when the new token is valid', `${todo} Set it by hand to a date two years from now, like 2028-11-23T19:00:00Z.`);
    }
    const answer = await variables.write(home.target.store, name, (0,_text_js__WEBPACK_IMPORTED_MODULE_3__/* .isoOf */ .dF)(validUntil), home.access);
    if (answer === undefined)
        return undefined;
    const { cameBack } = (0,_github_problems_js__WEBPACK_IMPORTED_MODULE_2__/* .problemWithStore */ .Bo)(tried, answer, home.target.store, asker);
    return new _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .Problem */ .A(tried, cameBack, `${todo} Set it by hand to ${(0,_text_js__WEBPACK_IMPORTED_MODULE_3__/* .isoOf */ .dF)(validUntil)}, and give the credential the permission "Variables: read and write" (a classic token the scope \`repo\`, for an organization \`admin:org\`).`);
}


/***/ }),

/***/ 3902:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Bo: () => (/* binding */ problemWithStore),
/* harmony export */   ZL: () => (/* binding */ shellQuote),
/* harmony export */   sI: () => (/* binding */ ghSecretSet)
/* harmony export */ });
/* unused harmony export needed */
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(9473);
/* harmony import */ var _rate_limit_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(1934);
/* harmony import */ var _store_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(6729);
/* harmony import */ var _text_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(977);




const status = 'If GitHub is at fault, https://www.githubstatus.com says so; start the run again when it is over.';
/** Why a request about a store failed, whatever GitHub answered, and what to do about it. */
function problemWithStore(tried, answer, store, asker) {
    const say = (todo) => new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .Problem */ .A(tried, cameBack(answer), todo);
    switch (answer.status) {
        case 0:
            return say(status);
        case 301:
        case 302:
        case 307:
        case 308:
            return say(`It was renamed or moved${movedTo(answer)}; redirects are not followed, because a credential goes to its own address only. Put the new name into \`targets\`.`);
        case 401:
            return say('The value of `github-token` is wrong, expired or revoked. Make a new one, or see that the step which makes it ran in this job. It was not tried again: repeated bad logins make GitHub lock the user out.');
        case 403:
            return say(forbidden(answer, store, asker));
        case 404:
            return say(notFound(store, asker));
        case 407:
            return say('A proxy between the runner and GitHub wants a login: see the proxy variables of the runner.');
        case 422:
            return say('GitHub refused the value. If the store is full (100 secrets a repository or environment, 1,000 an organization), remove one; else start the run again.');
        case 429:
            return say(`The credential's rate limit is used up${resetOf(answer)}. Start the run again after that.`);
        default:
            return say(answer.status >= 500 ? status : `See that \`github-api-url\` is the API of your GitHub. ${status}`);
    }
}
function cameBack({ status: code, said }) {
    return code === 0 ? `GitHub gave ${said}` : `GitHub answered ${said}`;
}
function movedTo({ headers, data }) {
    const location = headers.location ?? data?.url;
    const name = /\/repos\/([^/?#]+\/[^/?#]+)/.exec(String(location))?.[1];
    return name === undefined ? '' : ` to ${(0,_text_js__WEBPACK_IMPORTED_MODULE_3__/* .quote */ .hD)(name, 140)}`;
}
function resetOf({ headers }) {
    const reset = (0,_rate_limit_js__WEBPACK_IMPORTED_MODULE_1__/* .resetFrom */ .AP)(headers);
    return reset === undefined ? '' : ` until ${(0,_text_js__WEBPACK_IMPORTED_MODULE_3__/* .minuteOf */ .iA)(reset)}`;
}
function forbidden(answer, store, asker) {
    const sso = /url=(https:\/\/[^\s;,]+)/.exec(answer.headers['x-github-sso'] ?? '')?.[1];
    if (sso !== undefined)
        return `The token is not authorized for the organization's single sign-on. Open ${(0,_text_js__WEBPACK_IMPORTED_MODULE_3__/* .quote */ .hD)(sso, 500)} within an hour, authorize it, and start the run again.`;
    if (answer.headers['x-github-sso'] !== undefined)
        return "The token is not authorized for the organization's single sign-on: authorize it under Settings > Developer settings > Personal access tokens > Configure SSO.";
    if (/rate limit|abuse/i.test(answer.said))
        return `The credential's rate limit is used up${resetOf(answer)}. Start the run again after that.`;
    return `${neededFor(answer, store, asker)}${severalOwners(asker)}`;
}
function notFound(store, asker) {
    const missing = store.level === 'environment'
        ? 'Either the repository or the environment does not exist'
        : store.level === 'organization'
            ? 'Either the organization does not exist'
            : 'Either it does not exist';
    const server = store.feature === 'codespaces' || store.feature === 'agents'
        ? `, or this GitHub Enterprise Server has no ${store.feature} secrets`
        : '';
    return `${missing}${server}, or this credential may not see it: GitHub answers 404 for both. Check the spelling. ${needed(store, asker)}${severalOwners(asker)}`;
}
/** The permission by GitHub's own word, where its headers say it, else by the table. */
function neededFor(answer, store, asker) {
    const accepted = (0,_text_js__WEBPACK_IMPORTED_MODULE_3__/* .quote */ .hD)(answer.headers['x-accepted-github-permissions'] ?? '');
    const scopes = (0,_text_js__WEBPACK_IMPORTED_MODULE_3__/* .quote */ .hD)(answer.headers['x-accepted-oauth-scopes'] ?? '');
    const granted = (0,_text_js__WEBPACK_IMPORTED_MODULE_3__/* .quote */ .hD)(answer.headers['x-oauth-scopes'] ?? '');
    if (asker.kind === 'app' && answer.headers['x-ratelimit-limit'] === '1000') {
        return `This looks like the workflow's own GITHUB_TOKEN, which can't write secrets whatever its \`permissions\` say. Use a GitHub App's installation token or a personal access token. ${needed(store, asker)}`;
    }
    if (accepted !== '')
        return `GitHub wants the permission ${accepted.replaceAll(';', ' or ').replaceAll(',', ' and ')}. ${needed(store, asker)}`;
    if (scopes !== '' && asker.kind !== 'app' && asker.kind !== 'fine-grained')
        return `The token needs the scope ${scopes}; it has ${granted || 'none'}. ${needed(store, asker)}`;
    return needed(store, asker);
}
/** The permission that a credential of this kind needs for a store, and where to give it. */
function needed(store, { kind }) {
    const permission = (0,_store_js__WEBPACK_IMPORTED_MODULE_2__/* .permissionFor */ .Tj)(store);
    const place = (0,_store_js__WEBPACK_IMPORTED_MODULE_2__/* .describeStore */ .Fk)(store);
    const fine = `the ${store.level === 'organization' ? 'organization' : 'repository'} permission "${permission.name}: read and write"`;
    const classic = `a classic token needs the scope \`${permission.scope}\`${store.feature === 'codespaces' && store.level === 'repository' ? ' and its user must be an administrator of the repository' : ''}`;
    if (!permission.apps && (kind === 'app' || kind === 'fine-grained'))
        return `For ${place}, GitHub accepts no App and no fine-grained token; ${classic}.`;
    if (kind === 'app')
        return `The App needs ${fine}, and its installation must include ${owned(store)}; the workflow's own GITHUB_TOKEN can't get it.`;
    if (kind === 'fine-grained')
        return `The fine-grained token needs ${fine}, and ${owned(store)} must be among those it was made for.`;
    if (kind === 'classic')
        return `For ${place}, ${classic}.`;
    return `An App or a fine-grained token needs ${fine}; ${classic}.`;
}
function owned(store) {
    if (store.level === 'organization')
        return `the organization ${store.owner}`;
    return 'repository' in store ? `${store.owner}/${store.repository}` : 'the user';
}
function severalOwners({ severalOwners: several }) {
    return several
        ? ' The targets have several owners: Apps and fine-grained tokens serve one, a classic token serves all.'
        : '';
}
/** The `gh` command with which a person sets a target's secret by hand. */
function ghSecretSet({ store, secret }) {
    const app = store.feature === 'actions' ? '' : ` --app ${store.feature}`;
    switch (store.level) {
        case 'repository':
            return `gh secret set ${secret} --repo ${store.owner}/${store.repository}${app}`;
        case 'environment':
            return `gh secret set ${secret} --repo ${store.owner}/${store.repository} --env ${shellQuote(store.environment)}`;
        case 'organization':
            return `gh secret set ${secret} --org ${store.owner}${app} (with the same --visibility and --repos as now)`;
        case 'user':
            return `gh secret set ${secret} --user`;
    }
}
/** A word for a POSIX shell. */
function shellQuote(word) {
    return /^[A-Za-z0-9_./:@%+=,-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}


/***/ }),

/***/ 1533:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   T0: () => (/* binding */ pageSize),
/* harmony export */   _P: () => (/* binding */ unusable),
/* harmony export */   gq: () => (/* binding */ GitHub),
/* harmony export */   uH: () => (/* binding */ mostPages)
/* harmony export */ });
/* harmony import */ var _clock_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7094);
/* harmony import */ var _http_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(5334);
/* harmony import */ var _rate_limit_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(1934);
/* harmony import */ var _retry_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(5402);
/* harmony import */ var _text_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(977);





/** Pinned, because a newer version may read the same request otherwise. */
const headers = { 'x-github-api-version': '2022-11-28' };
/** The most that GitHub gives of a list at once. */
const pageSize = 100;
/** An organization has at most some ten thousand repositories; a server that lists on and on is stopped here. */
const mostPages = 1000;
/** GitHub's REST API with one credential: paced, retried, no redirect followed. */
class GitHub {
    #ports;
    #baseUrl;
    #credential;
    #allowance;
    #expiresAt;
    /** GitHub asked for quiet until then (ms since the epoch); it means all requests, not just the one it refused. */
    #quietUntil = 0;
    constructor(baseUrl, credential, ports) {
        this.#baseUrl = baseUrl;
        this.#credential = credential;
        this.#ports = ports;
    }
    get credential() {
        return this.#credential;
    }
    /** The latest word on the primary rate limit, where GitHub said one. */
    get allowance() {
        return this.#allowance;
    }
    /** When the credential itself expires (ms since the epoch), where GitHub said it. */
    get expiresAt() {
        return this.#expiresAt;
    }
    /**
     * One request, tried with the given patience. Returns the last answer, whatever it was.
     *
     * @param what the request in a person's words, for the line that announces a wait
     * @throws Cancelled where the patience is stoppable
     */
    call(what, method, path, limits, body) {
        const { clock, pace } = this.#ports;
        let queued = 0;
        const attempt = () => {
            const since = clock.now();
            return pace(method, async () => {
                const loud = await this.#quiet(limits);
                queued += clock.now() - since;
                return loud ?? this.#exchange(method, path, limits, body);
            });
        };
        const verdict = (answer, failures) => {
            const verdict = verdictOn(answer, failures, clock.now());
            if (verdict.kind === 'wait')
                this.#quietUntil = Math.max(this.#quietUntil, clock.now() + verdict.ms);
            return verdict;
        };
        return (0,_retry_js__WEBPACK_IMPORTED_MODULE_3__/* .persist */ .Z)(what, attempt, verdict, limits, this.#ports, () => queued);
    }
    /** Waits as long as GitHub asked for quiet; where that is longer than the patience, answers in GitHub's place. */
    async #quiet({ toldWaits, stoppable }) {
        const { clock, cancellation } = this.#ports;
        const wait = this.#quietUntil - clock.now();
        if (wait <= 0)
            return undefined;
        if (wait <= toldWaits)
            await clock.sleep(wait, stoppable ? cancellation.now : cancellation.lastCall);
        const left = this.#quietUntil - clock.now();
        if (left <= 0)
            return undefined;
        const headers = { 'retry-after': String(Math.ceil(left / _clock_js__WEBPACK_IMPORTED_MODULE_0__/* .second */ .Rc)) };
        return {
            status: 429,
            headers,
            data: undefined,
            said: `that it wants no requests before ${(0,_text_js__WEBPACK_IMPORTED_MODULE_4__/* .minuteOf */ .iA)(this.#quietUntil)}`,
        };
    }
    async #exchange(method, path, limits, body) {
        let answer;
        const fetch = async (url, options) => {
            answer = await this.#ports.send({
                method,
                url,
                headers: options.headers,
                ...(options.body === undefined ? {} : { body: options.body }),
                timeout: limits.attempt,
                signal: limits.stoppable ? this.#ports.cancellation.now : this.#ports.cancellation.lastCall,
            });
            // Octokit builds the request; the answer is read here. Its own reading throws on a malformed media type and
            // forgets the status where a body broke off, and the status alone proves a write.
            return { status: 204, url, headers: [] };
        };
        try {
            await this.#ports.octokit.request({
                method,
                baseUrl: this.#baseUrl,
                url: path,
                headers,
                ...body,
                request: { fetch },
            });
        }
        catch (error) {
            const reason = reasonOf(error);
            return { status: 0, headers: {}, data: undefined, said: reason };
        }
        if (answer === undefined)
            return { status: 0, headers: {}, data: undefined, said: 'the request was not sent' };
        this.#remember(answer);
        return answerFrom(answer);
    }
    #remember({ headers }) {
        this.#allowance = (0,_rate_limit_js__WEBPACK_IMPORTED_MODULE_2__/* .allowanceFrom */ .xe)(headers) ?? this.#allowance;
        const expiry = headers['github-authentication-token-expiration'];
        const expiresAt = expiry === undefined ? undefined : expiryFrom(expiry);
        if (expiresAt !== undefined)
            this.#expiresAt = expiresAt;
    }
}
/** `2026-12-31 23:59:59 UTC` and `2026-12-31 23:59:59 -0700` both occur; a moment without a zone counts as UTC. */
function expiryFrom(header) {
    const match = /^(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2}) (?:UTC|([+-]\d{2}):?(\d{2}))$/.exec(header.trim());
    if (match === null)
        return undefined;
    const [, date, time, hours, minutes] = match;
    return (0,_text_js__WEBPACK_IMPORTED_MODULE_4__/* .momentFrom */ .n3)(`${date}T${time}${hours === undefined ? '' : `${hours}:${minutes}`}`);
}
function reasonOf(error) {
    // Octokit wraps what its `fetch` throws.
    const { cause = error } = Object(error);
    return cause instanceof _http_js__WEBPACK_IMPORTED_MODULE_1__/* .NoAnswer */ .W_ ? `no answer: ${cause.message}` : 'the request could not be made';
}
function answerFrom({ status, headers, body }) {
    const data = jsonFrom(body);
    const message = (0,_text_js__WEBPACK_IMPORTED_MODULE_4__/* .quote */ .hD)(data?.message);
    const html = /^\s*</.test(body) ? 'an HTML page, so perhaps from a proxy' : '';
    const words = message || html;
    return { status, headers, data, said: words === '' ? String(status) : `${status} (${words})` };
}
function jsonFrom(body) {
    try {
        return JSON.parse(body) ?? undefined;
    }
    catch {
        return undefined;
    }
}
/** What came back where a 200 holds not what it should; a proxy's page stays one. */
function unusable({ said }, missing) {
    return said.includes('HTML') ? said : `200 without ${missing}`;
}
/** Whether to try again. Never after a 401, a 404 or a 403 that is no limit: asking again would only do harm. */
function verdictOn(answer, failures, now) {
    const { status, said, data } = answer;
    if ((0,_rate_limit_js__WEBPACK_IMPORTED_MODULE_2__/* .isLimited */ .lU)(answer)) {
        return { kind: 'wait', ms: (0,_rate_limit_js__WEBPACK_IMPORTED_MODULE_2__/* .limitWait */ .xu)(answer.headers, failures, now), why: `GitHub's rate limit: ${said}` };
    }
    const why = status === 0 ? `GitHub gave ${said}` : `GitHub answered ${said}`;
    // Only reads are answered with 200: one whose body is no JSON broke off on its way.
    const isTorn = status === 200 && data === undefined && !said.includes('HTML');
    if (isTorn || status === 0 || status === 408 || status === 425 || status >= 500)
        return { kind: 'again', why };
    return { kind: 'final' };
}


/***/ }),

/***/ 8179:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   B: () => (/* binding */ HiddenNames)
/* harmony export */ });
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(9473);

/**
 * Repository names that a pattern found, which may not stand in the log of a public repository: anyone can read it.
 * Whatever speaks of such a repository names the pattern instead.
 */
class HiddenNames {
    #lines = new Map();
    #named = new Set();
    /** A name that the user wrote, or that everyone sees anyway, is never hidden. */
    spare(name) {
        this.#named.add(name.toLowerCase());
    }
    hide(name, line) {
        if (!this.#named.has(name.toLowerCase()))
            this.#lines.set(name, line);
    }
    /** The text with each hidden `owner/name` replaced by the line that found it. */
    in(text) {
        let discreet = text;
        for (const [name, line] of this.#lines) {
            if (!discreet.includes(name))
                continue;
            discreet = discreet.replaceAll(new RegExp(`(?<![\\w.-])${RegExp.escape(name)}(?![\\w.-]*\\w)`, 'g'), () => line);
        }
        return discreet;
    }
    inProblem({ tried, cameBack, todo }) {
        return new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .Problem */ .A(this.in(tried), this.in(cameBack), this.in(todo));
    }
    inOutcome(outcome) {
        return {
            ...outcome,
            problems: outcome.problems.map((problem) => this.inProblem(problem)),
            warnings: outcome.warnings.map((warning) => this.in(warning)),
            notices: outcome.notices.map((notice) => this.in(notice)),
            results: outcome.results.map(({ problem, ...result }) => problem === undefined ? result : { ...result, problem: this.inProblem(problem) }),
        };
    }
    /** A log that names no hidden name. */
    log(log) {
        return { info: (line) => log.info(this.in(line)), warning: (line) => log.warning(this.in(line)) };
    }
}


/***/ }),

/***/ 5334:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Rx: () => (/* binding */ createSend),
/* harmony export */   W_: () => (/* binding */ NoAnswer)
/* harmony export */ });
/* unused harmony export reasonFrom */
/* harmony import */ var _actions_http_client_lib_proxy__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(9783);
/* harmony import */ var undici_lib_dispatcher_agent_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(7405);
/* harmony import */ var _clock_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(7094);

// By its file: undici's entry loads fetch, WebSocket, caches and mocks too, some 20 ms that no run uses.


/** Answers are short; what is longer is cut here. A token is at most 48 KB. */
const longestBody = 2 * 1024 * 1024;
/** Bytes of headers; undici's own 16 KiB would lose an answer that a proxy put much into. */
const largestHead = 256 * 1024;
/** No status line came back. */
class NoAnswer extends Error {
    name = 'NoAnswer';
    /** Whether the server may have seen the request. False means that it can't have acted. */
    sent;
    constructor(reason, sent) {
        super(reason);
        this.sent = sent;
    }
}
/**
 * A {@link Send} over undici, with at most so many connections to an origin. Proxies come from the environment by the
 * toolkit's own rules (`no_proxy`, loopback never by proxy, a proxy without a scheme).
 */
function createSend(clock, connections = 10) {
    const options = {
        connections,
        maxHeaderSize: largestHead,
        headersTimeout: 0,
        bodyTimeout: 0,
    };
    const direct = new undici_lib_dispatcher_agent_js__WEBPACK_IMPORTED_MODULE_1__(options);
    const proxies = new Map();
    const dispatcherFor = async (url) => {
        const proxy = proxyFor(url);
        if (proxy === undefined)
            return direct;
        // Few runs have a proxy. By undici's entry: only that gives dispatchers the method with which a tunnel is opened.
        const { ProxyAgent } = await __webpack_require__.e(/* import() */ 752).then(__webpack_require__.t.bind(__webpack_require__, 6752, 19));
        const agent = proxies.get(proxy.href) ?? new ProxyAgent({ uri: proxy.href, ...options });
        proxies.set(proxy.href, agent);
        return agent;
    };
    return async (request) => {
        const url = new URL(request.url);
        return decoded(await exchange(await dispatcherFor(url), url, request, clock));
    };
}
/** @throws NoAnswer where the environment names a proxy of another kind, like SOCKS */
function proxyFor(url) {
    try {
        const proxy = (0,_actions_http_client_lib_proxy__WEBPACK_IMPORTED_MODULE_0__/* .getProxyUrl */ .s)(url);
        if (proxy === undefined || ['http:', 'https:'].includes(proxy.protocol))
            return proxy;
    }
    catch {
        // Its address is no URL.
    }
    throw new NoAnswer('the proxy that the environment names can not be used: it must be an http or https address', false);
}
/** Nobody is asked to compress, but what is compressed all the same is read, as far as it came. */
async function decoded({ body, ...answer }) {
    const coding = answer.headers['content-encoding']?.trim().toLowerCase() ?? 'identity';
    if (coding === 'identity')
        return { ...answer, body: body.toString('utf8') };
    const zlib = await Promise.resolve(/* import() */).then(__webpack_require__.t.bind(__webpack_require__, 8522, 19));
    const zlibOptions = { finishFlush: zlib.constants.Z_SYNC_FLUSH, maxOutputLength: longestBody };
    const brotliOptions = { finishFlush: zlib.constants.BROTLI_OPERATION_FLUSH, maxOutputLength: longestBody };
    try {
        const text = coding === 'br' ? zlib.brotliDecompressSync(body, brotliOptions) : zlib.unzipSync(body, zlibOptions);
        return { ...answer, body: text.toString('utf8') };
    }
    catch {
        return { ...answer, body: body.toString('utf8'), complete: false };
    }
}
function exchange(dispatcher, url, request, clock) {
    return new Promise((resolve, reject) => {
        const chunks = [];
        const over = new AbortController();
        let [size, status, sent] = [0, 0, false];
        let headers = {};
        let abort;
        const end = (settle) => {
            if (over.signal.aborted)
                return;
            over.abort();
            request.signal?.removeEventListener('abort', cancelled);
            settle();
            abort?.();
        };
        const answer = (complete) => end(() => resolve({ status, headers, body: Buffer.concat(chunks), complete }));
        const fail = (reason) => (status > 0 ? answer(false) : end(() => reject(new NoAnswer(reason, sent))));
        const cancelled = () => fail('cancelled');
        void clock.sleep(request.timeout, over.signal).then(() => fail(`no answer within ${request.timeout / _clock_js__WEBPACK_IMPORTED_MODULE_2__/* .second */ .Rc} s`));
        request.signal?.addEventListener('abort', cancelled);
        if (request.signal?.aborted)
            return cancelled();
        // The dispatcher's own interface rather than `undici.request`: only it tells whether a byte was sent, and keeps
        // what arrived of a body that broke off.
        dispatcher.dispatch({
            origin: url.origin,
            path: url.pathname + url.search,
            method: request.method,
            headers: { ...request.headers, 'accept-encoding': 'identity' },
            body: request.body ?? null,
        }, {
            onConnect: (abortExchange) => {
                abort = abortExchange;
                if (over.signal.aborted)
                    return abortExchange();
                sent = true;
            },
            onHeaders: (code, raw) => {
                if (code >= 200)
                    [status, headers] = [code, headersFrom(raw)];
                return true;
            },
            onData: (chunk) => {
                chunks.push(chunk);
                size += chunk.length;
                if (size > longestBody)
                    answer(false);
                return true;
            },
            onComplete: () => answer(true),
            onError: (error) => fail(reasonFrom(error)),
        });
    });
}
function headersFrom(raw) {
    const headers = {};
    for (let index = 0; index < raw.length; index += 2) {
        headers[String(raw[index]).toLowerCase()] = String(raw[index + 1]);
    }
    return headers;
}
/** What went wrong on the wire, in a person's words. */
function reasonFrom(error) {
    const code = error.code ?? '';
    const tunnel = /Proxy response \((\d+)\)/.exec(error.message);
    if (tunnel)
        return `the proxy refused the connection with ${tunnel[1]}`;
    if (code === 'ECONNREFUSED')
        return 'the connection was refused';
    if (code === 'ENOTFOUND' || code === 'EAI_AGAIN')
        return `the host name could not be resolved (${code})`;
    // Undici's own limit.
    if (code === 'UND_ERR_CONNECT_TIMEOUT')
        return 'no connection within 10 s';
    if (/CERT|TLS|SSL|UNABLE_TO/.test(code)) {
        return `the TLS connection failed (${code}; certificates of your own come by NODE_EXTRA_CA_CERTS)`;
    }
    if (code === 'ECONNRESET' || code === 'UND_ERR_SOCKET' || code === 'EPIPE')
        return 'the connection broke off';
    return `the connection failed${/^[A-Z_]+$/.test(code) ? ` (${code})` : ''}`;
}


/***/ }),

/***/ 7999:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   _0: () => (/* binding */ openJournal),
/* harmony export */   a0: () => (/* binding */ readJournal),
/* harmony export */   pn: () => (/* binding */ tolerantJournal),
/* harmony export */   s9: () => (/* binding */ createJournal)
/* harmony export */ });
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7598);
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(3024);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(6760);
/* harmony import */ var _target_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(2631);




/**
 * Creates a journal that only this user can read, in a folder that lives as long as the job.
 *
 * @throws Error where it can't be created; then nothing may be issued
 */
function createJournal(folder, header) {
    const path = (0,node_path__WEBPACK_IMPORTED_MODULE_2__.join)(folder, `rotate-thousandeyes-token-${(0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.randomUUID)()}.jsonl`);
    const journal = journalAt(path, 'ax');
    try {
        journal.flush(header);
    }
    catch (error) {
        journal.remove();
        throw error;
    }
    return { journal, path };
}
/** The same journal, for the time after a token was issued: whatever is wrong with the disk, storing goes on. */
function tolerantJournal(journal, log) {
    const safely = (write) => (...lines) => {
        try {
            write(...lines);
        }
        catch {
            log.warning('The journal could not be written, so the post step may not know what this step did. Storing goes on.');
        }
    };
    const remove = () => {
        try {
            journal.remove();
        }
        catch {
            log.warning('The journal could not be removed. The post step writes the same values once more, which does no harm.');
        }
    };
    return { ...journal, note: safely(journal.note), flush: safely(journal.flush), remove };
}
/** The journal that stands at a path, to append to. */
function openJournal(path) {
    return journalAt(path, 'a');
}
/** In append mode the lines of main and post never overwrite each other, and their order in the file is that in time. */
function journalAt(path, flags) {
    const file = (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.openSync)(path, flags, 0o600);
    // The line break in front ends a line that a killed process left torn.
    const note = (...lines) => (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.appendFileSync)(file, lines.map((line) => `\n${JSON.stringify(line)}\n`).join(''));
    const flush = (...lines) => {
        note(...lines);
        (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.fdatasyncSync)(file);
    };
    return {
        note,
        flush,
        claim: (at) => {
            flush({ kind: 'asking', at });
            return wasAsked(linesFrom(path));
        },
        remove: () => {
            (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.closeSync)(file);
            (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.rmSync)(path, { force: true });
        },
    };
}
/** Reads a journal; undefined where there is none. Lines that are torn or unknown are passed over. */
function readJournal(path) {
    const lines = linesFrom(path);
    const header = lines.find((line) => line.kind === 'run');
    if (header === undefined)
        return undefined;
    const tested = lines.filter((line) => line.kind === 'tested').map(({ store }) => (0,_target_js__WEBPACK_IMPORTED_MODULE_3__/* .lineOf */ .cA)(store));
    return {
        header,
        testing: lines
            .filter((line) => line.kind === 'testing')
            .map(({ store }) => store)
            .filter((store) => !tested.includes((0,_target_js__WEBPACK_IMPORTED_MODULE_3__/* .lineOf */ .cA)(store))),
        asked: wasAsked(lines),
        refused: lines.some(({ kind }) => kind === 'refused'),
        issued: lines.find((line) => line.kind === 'issued'),
        sealed: new Map(lines.filter((line) => line.kind === 'sealed').map(({ target, body }) => [target, body])),
        stored: new Set(lines.filter((line) => line.kind === 'stored').map(({ target }) => target)),
        dated: lines.some(({ kind }) => kind === 'dated'),
    };
}
/** Main and post decide by the order of two lines who was first: a main that comes after `closed` does not ask. */
function wasAsked(lines) {
    return lines.find(({ kind }) => kind === 'asking' || kind === 'closed')?.kind === 'asking';
}
function linesFrom(path) {
    let text;
    try {
        text = (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.readFileSync)(path, 'utf8');
    }
    catch {
        return [];
    }
    return text
        .split('\n')
        .map(journalLineFrom)
        .filter((line) => line !== null);
}
/** Null where the line is torn. */
function journalLineFrom(text) {
    try {
        return JSON.parse(text);
    }
    catch {
        return null;
    }
}


/***/ }),

/***/ 8069:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   AJ: () => (/* binding */ writesAMinute),
/* harmony export */   Pl: () => (/* binding */ pointsAMinute),
/* harmony export */   Rf: () => (/* binding */ inFlightFor),
/* harmony export */   ei: () => (/* binding */ writesAnHour),
/* harmony export */   qP: () => (/* binding */ createPace)
/* harmony export */ });
/* harmony import */ var p_limit__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(370);
/* harmony import */ var p_throttle__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(5992);
/* harmony import */ var _clock_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7094);



/** GitHub's published limits. Source: "Rate limits for the REST API", secondary rate limits. */
const writesAMinute = 80;
const writesAnHour = 500;
const pointsAMinute = 900;
const pointsOfAWrite = 5;
/** Requests at once; GitHub takes 100. */
const inFlight = 10;
/** Up to this many targets are read in one round trip: three reads each. */
const fewTargets = 12;
const inFlightForFew = 40;
/** A request that leaves in time may arrive closer to the one before it; the windows are a little longer for that. */
const slack = 4 * _clock_js__WEBPACK_IMPORTED_MODULE_0__/* .second */ .Rc;
/** How many requests may be in flight for so many targets. */
function inFlightFor(targets) {
    return targets <= fewTargets ? inFlightForFew : inFlight;
}
/**
 * Paces requests by sliding windows: no delay below 80 writes, then what GitHub allows in a minute and in an hour, with
 * reads and writes weighed as GitHub weighs them, ten in flight. A few targets are read all at once instead: in tens, the
 * reads of ten targets would take two round trips more than the whole rest of the rotation allows.
 *
 * p-throttle's strict mode rather than @octokit/plugin-throttling, which waits a second between any two writes and knows
 * no hour, and rather than Bottleneck under it, which has not been kept up since 2019.
 */
function createPace(most = inFlight) {
    const limit = (0,p_limit__WEBPACK_IMPORTED_MODULE_1__/* ["default"] */ .A)(most);
    const slot = async () => undefined;
    const inMinute = (0,p_throttle__WEBPACK_IMPORTED_MODULE_2__/* ["default"] */ .A)({ limit: writesAMinute, interval: _clock_js__WEBPACK_IMPORTED_MODULE_0__/* .minute */ .Vc + slack, strict: true })(slot);
    const points = (0,p_throttle__WEBPACK_IMPORTED_MODULE_2__/* ["default"] */ .A)({ limit: pointsAMinute, interval: _clock_js__WEBPACK_IMPORTED_MODULE_0__/* .minute */ .Vc + 2 * slack, strict: true })(slot);
    // Weighed, though each counts one: without weights, p-throttle would spread what follows the first 500 over the next
    // hour. For the other two that is welcome, and their weighed form costs 300 KB of garbage a request.
    const inHour = (0,p_throttle__WEBPACK_IMPORTED_MODULE_2__/* ["default"] */ .A)({
        limit: writesAnHour,
        interval: _clock_js__WEBPACK_IMPORTED_MODULE_0__/* .hour */ .nW + 2 * _clock_js__WEBPACK_IMPORTED_MODULE_0__/* .minute */ .Vc,
        strict: true,
        weight: (weight) => weight,
    })((_weight) => undefined);
    // The windows inside the slots: a request that was let through and then waited for a slot would leave too late, and
    // fall into the next window. For the same reason the narrowest window comes last.
    return (method, request) => limit(async () => {
        const isWrite = method !== 'GET';
        if (isWrite)
            await inHour(1);
        await Promise.all(Array.from({ length: isWrite ? pointsOfAWrite : 1 }, points));
        if (isWrite)
            await inMinute();
        return request();
    });
}


/***/ }),

/***/ 1934:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   AP: () => (/* binding */ resetFrom),
/* harmony export */   TM: () => (/* binding */ secondsOf),
/* harmony export */   lU: () => (/* binding */ isLimited),
/* harmony export */   xe: () => (/* binding */ allowanceFrom),
/* harmony export */   xu: () => (/* binding */ limitWait)
/* harmony export */ });
/* harmony import */ var _clock_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7094);

/** In ms since the epoch; what is later is nonsense, and at last no moment that a date could show. */
const latestReset = 1e13;
/** The primary rate limit as these headers tell it; undefined where they don't. */
function allowanceFrom(headers) {
    const remaining = Number(headers['x-ratelimit-remaining']);
    const limit = Number(headers['x-ratelimit-limit']);
    const resetAt = resetFrom(headers);
    return remaining >= 0 && limit > 0 && resetAt !== undefined ? { remaining, limit, resetAt } : undefined;
}
/** When the rate limit is reset, in ms since the epoch; undefined where the headers don't tell it. */
function resetFrom(headers) {
    const reset = Number(headers['x-ratelimit-reset']) * _clock_js__WEBPACK_IMPORTED_MODULE_0__/* .second */ .Rc;
    return reset > 0 && reset < latestReset ? reset : undefined;
}
/** A 429, or a 403 that speaks of a limit. A permission's 403 on the last request of the hour is none. */
function isLimited({ status, headers, said }) {
    if (status === 429)
        return true;
    if (status !== 403)
        return false;
    if (headers['retry-after'] !== undefined || /rate limit|abuse/i.test(said))
        return true;
    return headers['x-ratelimit-remaining'] === '0' && !/not accessible|must have|resource protected|sso/i.test(said);
}
/**
 * How long to wait after a limited answer, in ms. Source: GitHub's "Rate limits for the REST API": `retry-after`, else
 * the reset, else at least a minute, growing.
 *
 * @param failures how many attempts failed before
 */
function limitWait(headers, failures, now) {
    const told = secondsOf(headers['retry-after'], now);
    if (told !== undefined)
        return told;
    const reset = resetFrom(headers);
    // A second more: the reset is given in whole seconds.
    if (headers['x-ratelimit-remaining'] === '0' && reset !== undefined)
        return Math.max(reset - now, 0) + _clock_js__WEBPACK_IMPORTED_MODULE_0__/* .second */ .Rc;
    return _clock_js__WEBPACK_IMPORTED_MODULE_0__/* .minute */ .Vc * 2 ** Math.min(failures, 4);
}
/**
 * A `Retry-After` header (seconds, or an HTTP date) in ms from now; undefined where it says neither. At least a second:
 * a server that says 0 for ever would be asked for ever without a pause.
 */
function secondsOf(header, now) {
    if (header === undefined)
        return undefined;
    if (/^\d{1,9}$/.test(header.trim()))
        return Math.max(Number(header), 1) * _clock_js__WEBPACK_IMPORTED_MODULE_0__/* .second */ .Rc;
    const date = Date.parse(header);
    return Number.isNaN(date) ? undefined : Math.max(date - now, _clock_js__WEBPACK_IMPORTED_MODULE_0__/* .second */ .Rc);
}


/***/ }),

/***/ 3777:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   EF: () => (/* binding */ overlap),
/* harmony export */   Pw: () => (/* binding */ regenerate),
/* harmony export */   cu: () => (/* binding */ overlapWithMargin)
/* harmony export */ });
/* harmony import */ var _clock_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7094);
/* harmony import */ var _text_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(977);
/* harmony import */ var _thousandeyes_problems_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(8819);



/** How long the token before a regenerated one lives on. Source: ThousandEyes, "Regenerate API token". */
const overlap = 14 * _clock_js__WEBPACK_IMPORTED_MODULE_0__/* .day */ .vd;
/** A home that was written longer ago than this was not written by a rotation whose overlap still lasts. */
const overlapWithMargin = 15 * _clock_js__WEBPACK_IMPORTED_MODULE_0__/* .day */ .vd;
/** Pauses before asking again after an answer that leaves it open whether a token was issued. */
const pausesInDoubt = [3 * _clock_js__WEBPACK_IMPORTED_MODULE_0__/* .second */ .Rc, 10 * _clock_js__WEBPACK_IMPORTED_MODULE_0__/* .second */ .Rc];
/** Pauses after a request that never left. */
const pausesUnsent = [1 * _clock_js__WEBPACK_IMPORTED_MODULE_0__/* .second */ .Rc, 4 * _clock_js__WEBPACK_IMPORTED_MODULE_0__/* .second */ .Rc, 10 * _clock_js__WEBPACK_IMPORTED_MODULE_0__/* .second */ .Rc];
const longestLimitWait = 5 * _clock_js__WEBPACK_IMPORTED_MODULE_0__/* .minute */ .Vc;
/** `updated_at` lags, by 24 s as seen. */
const pausesForLag = [5 * _clock_js__WEBPACK_IMPORTED_MODULE_0__/* .second */ .Rc, 10 * _clock_js__WEBPACK_IMPORTED_MODULE_0__/* .second */ .Rc, 15 * _clock_js__WEBPACK_IMPORTED_MODULE_0__/* .second */ .Rc, 30 * _clock_js__WEBPACK_IMPORTED_MODULE_0__/* .second */ .Rc];
/** Asks for a token until the answer is clear, or can't get clearer: each further request is harmless, a 409 at worst. */
async function regenerate(home, ports) {
    const { clock, cancellation } = ports;
    const doubts = [];
    let [unsent, limited, lost] = [0, 0, false];
    for (;;) {
        const answer = await ports.regenerate();
        if (answer.kind === 'issued') {
            ports.mask(answer.token);
            return { kind: 'issued', token: answer.token, validUntil: answer.validUntil, at: clock.now() };
        }
        if (answer.kind === 'conflict')
            return conflict(answer.why, doubts, lost, home, ports);
        const unknown = () => (lost ? lostIssue : unknownIssue)([...doubts, answer.why], home, clock.now());
        const nothing = (problem) => doubts.length > 0 ? unknown() : { kind: 'failed', fate: 'nothing issued', problem };
        let pause;
        if (answer.kind === 'refused')
            return nothing((0,_thousandeyes_problems_js__WEBPACK_IMPORTED_MODULE_2__/* .regenerateRefused */ .nZ)(answer.why, answer.status, home.target));
        if (answer.kind === 'unsent') {
            pause = pausesUnsent[unsent++];
            if (pause === undefined)
                return nothing((0,_thousandeyes_problems_js__WEBPACK_IMPORTED_MODULE_2__/* .regenerateUnsent */ .gM)(answer.why));
        }
        else if (answer.kind === 'limited') {
            pause = answer.ms;
            limited += pause;
            // What the server asks for is not cut short by a cancel: then it is better not to ask again.
            if (limited > longestLimitWait || cancellation.now.aborted)
                return nothing((0,_thousandeyes_problems_js__WEBPACK_IMPORTED_MODULE_2__/* .regenerateLimited */ .tf)(`${answer.why} and asks to wait ${(0,_text_js__WEBPACK_IMPORTED_MODULE_1__/* .spanOf */ .ee)(pause)}`, cancellation.now.aborted));
        }
        else {
            lost ||= answer.kind === 'unreadable';
            pause = pausesInDoubt[doubts.length];
            if (pause === undefined)
                return unknown();
            doubts.push(answer.why);
        }
        await announceAndSleep(answer.why, pause, ports);
    }
}
async function announceAndSleep(why, pause, { clock, log, cancellation }) {
    if (pause > 2 * _clock_js__WEBPACK_IMPORTED_MODULE_0__/* .second */ .Rc)
        log.info(`Asking for a new token: ${why}; asking again in ${(0,_text_js__WEBPACK_IMPORTED_MODULE_1__/* .spanOf */ .ee)(pause)}`);
    await clock.sleep(pause, cancellation.now);
}
/** A 409: what it means depends on what came before it, and on when the home was last written. */
async function conflict(why, doubts, lost, home, ports) {
    const all = [...doubts, why];
    if (lost)
        return lostIssue(all, home, ports.clock.now());
    const secret = await latestHome(home, ports);
    const now = ports.clock.now();
    const byRotation = wroteRotation(secret, now);
    // Once the 14 days are over and it still refuses, only the margin is left to say.
    const possibleAt = secret.updatedAt + (now - secret.updatedAt < overlap ? overlap : overlapWithMargin);
    if (doubts.length > 0) {
        // Also a home that was only ever created leaves it open: whoever made that token may have left another one alive.
        if (now - secret.updatedAt >= overlapWithMargin)
            return lostIssue(all, home, now);
        return { kind: 'failed', fate: 'unknown', problem: (0,_thousandeyes_problems_js__WEBPACK_IMPORTED_MODULE_2__/* .overlapOrLost */ .hN)(all, home.shown, secret.updatedAt, possibleAt) };
    }
    if (byRotation)
        return { kind: 'overlap', home: secret, possibleAt };
    const problem = (0,_thousandeyes_problems_js__WEBPACK_IMPORTED_MODULE_2__/* .twoActiveTokens */ .P3)(why, home, secret, now - secret.updatedAt < overlapWithMargin);
    return { kind: 'failed', fate: 'nothing issued', problem };
}
function lostIssue(doubts, home, now) {
    return { kind: 'failed', fate: 'issued and lost', problem: (0,_thousandeyes_problems_js__WEBPACK_IMPORTED_MODULE_2__/* .issuedAndLost */ .Rn)(doubts, home.target, now + overlap) };
}
function unknownIssue(doubts, home) {
    return { kind: 'failed', fate: 'unknown', problem: (0,_thousandeyes_problems_js__WEBPACK_IMPORTED_MODULE_2__/* .unknownWhetherIssued */ .zO)(doubts, home.target) };
}
/** Whether a rotation whose overlap still lasts may have written the home. One that was only ever created was made by hand. */
function wroteRotation(home, now) {
    return now - home.updatedAt < overlapWithMargin && home.createdAt !== home.updatedAt;
}
/** The home's dates, read again for up to a minute as long as they look too old to explain the 409. */
async function latestHome(home, { clock, log, cancellation, readHome }) {
    let latest = home.secret;
    for (const pause of [0, ...pausesForLag]) {
        if (pause > 0)
            await clock.sleep(pause, cancellation.now);
        latest = (await readHome()) ?? latest;
        if (wroteRotation(latest, clock.now()) || cancellation.now.aborted)
            return latest;
        if (pause === 0)
            log.info(`ThousandEyes answered 409 and ${home.shown} looks old; reading its date again for up to a minute, because GitHub shows it late`);
    }
    return latest;
}


/***/ }),

/***/ 2200:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   fz: () => (/* binding */ annotate),
/* harmony export */   uB: () => (/* binding */ logRecovery),
/* harmony export */   z8: () => (/* binding */ report)
/* harmony export */ });
/* harmony import */ var _summary_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(6031);
/* harmony import */ var _target_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(2631);
/* harmony import */ var _text_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(977);



/** GitHub shows ten annotations of a kind for a step. */
const mostAnnotations = 9;
const longestError = 200;
/** Tells an outcome everywhere: log, annotations, outputs, summary, exit code. */
function report(outcome, githubUrl, workflow) {
    const { results, problems, warnings, notices } = outcome;
    workflow.output('rotated', String(outcome.rotated));
    workflow.output('valid-until', outcome.validUntil === undefined ? '' : (0,_text_js__WEBPACK_IMPORTED_MODULE_1__/* .isoOf */ .dF)(outcome.validUntil));
    workflow.output('previous-valid-until', outcome.rotated && outcome.previousValidUntil !== undefined ? (0,_text_js__WEBPACK_IMPORTED_MODULE_1__/* .isoOf */ .dF)(outcome.previousValidUntil) : '');
    workflow.output('results', JSON.stringify(results.map(resultOf)));
    const isInSummary = workflow.summary((0,_summary_js__WEBPACK_IMPORTED_MODULE_0__/* .summaryOf */ .YG)(outcome, githubUrl));
    workflow.info(outcome.headline);
    for (const notice of notices)
        workflow.notice(notice);
    annotate(warnings, (text) => workflow.warning(text), workflow);
    annotate(problems.map(({ message }) => message), (text) => workflow.error(text), workflow);
    if (!isInSummary && outcome.recovery !== undefined)
        logRecovery(outcome.recovery, githubUrl, workflow);
    if (problems.length > 0)
        workflow.fail();
}
/** The way to finish by hand where the summary can't show it: the log may, because only GitHub can open what it holds. */
function logRecovery(recovery, githubUrl, { info }) {
    for (const line of (0,_summary_js__WEBPACK_IMPORTED_MODULE_0__/* .recoverySection */ .VY)(recovery, githubUrl).split('\n'))
        if (line !== '')
            info(line);
}
/** An annotation for each of the first, and one for the rest, which the log tells in full. */
function annotate(texts, say, log) {
    for (const text of texts.slice(0, mostAnnotations))
        say(text);
    const rest = texts.slice(mostAnnotations);
    for (const text of rest)
        log.info(text);
    if (rest.length > 0)
        say(`And ${rest.length} more: see the log above and the job summary.`);
}
function resultOf({ target, status, problem }) {
    const error = problem === undefined ? {} : { error: (0,_text_js__WEBPACK_IMPORTED_MODULE_1__/* .quote */ .hD)(problem.message, longestError) };
    return { target: (0,_target_js__WEBPACK_IMPORTED_MODULE_2__/* .lineOf */ .cA)(target.store), secret: target.secret, status, ...error };
}


/***/ }),

/***/ 5402:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Z: () => (/* binding */ persist),
/* harmony export */   _: () => (/* binding */ patience)
/* harmony export */ });
/* harmony import */ var _clock_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7094);
/* harmony import */ var _text_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(977);


const patience = {
    /** Before the token is asked for, failing costs nothing; waiting for a limit costs less than failing. */
    read: { total: 20 * _clock_js__WEBPACK_IMPORTED_MODULE_0__/* .second */ .Rc, attempt: 15 * _clock_js__WEBPACK_IMPORTED_MODULE_0__/* .second */ .Rc, toldWaits: 61 * _clock_js__WEBPACK_IMPORTED_MODULE_0__/* .minute */ .Vc, stoppable: true },
    /** ThousandEyes' limit is one of a minute. */
    thousandEyes: { total: 20 * _clock_js__WEBPACK_IMPORTED_MODULE_0__/* .second */ .Rc, attempt: 30 * _clock_js__WEBPACK_IMPORTED_MODULE_0__/* .second */ .Rc, toldWaits: 5 * _clock_js__WEBPACK_IMPORTED_MODULE_0__/* .minute */ .Vc, stoppable: true },
    /** Reading again after the token was asked for. */
    reread: { total: 10 * _clock_js__WEBPACK_IMPORTED_MODULE_0__/* .second */ .Rc, attempt: 5 * _clock_js__WEBPACK_IMPORTED_MODULE_0__/* .second */ .Rc, toldWaits: _clock_js__WEBPACK_IMPORTED_MODULE_0__/* .minute */ .Vc, stoppable: false },
    /** The one write that must not fail. */
    home: { total: 10 * _clock_js__WEBPACK_IMPORTED_MODULE_0__/* .minute */ .Vc, attempt: 20 * _clock_js__WEBPACK_IMPORTED_MODULE_0__/* .second */ .Rc, toldWaits: 10 * _clock_js__WEBPACK_IMPORTED_MODULE_0__/* .minute */ .Vc, stoppable: false },
    /** `sync` repairs what is missing in the end. */
    other: { total: 3 * _clock_js__WEBPACK_IMPORTED_MODULE_0__/* .minute */ .Vc, attempt: 20 * _clock_js__WEBPACK_IMPORTED_MODULE_0__/* .second */ .Rc, toldWaits: 5 * _clock_js__WEBPACK_IMPORTED_MODULE_0__/* .minute */ .Vc, stoppable: false },
    /** A write test that is left over harms nobody. */
    cleanup: { total: 15 * _clock_js__WEBPACK_IMPORTED_MODULE_0__/* .second */ .Rc, attempt: 5 * _clock_js__WEBPACK_IMPORTED_MODULE_0__/* .second */ .Rc, toldWaits: _clock_js__WEBPACK_IMPORTED_MODULE_0__/* .minute */ .Vc, stoppable: false },
};
const firstPause = _clock_js__WEBPACK_IMPORTED_MODULE_0__/* .second */ .Rc;
const longestPause = 30 * _clock_js__WEBPACK_IMPORTED_MODULE_0__/* .second */ .Rc;
const pauseAfterCancel = _clock_js__WEBPACK_IMPORTED_MODULE_0__/* .second */ .Rc / 4;
/** A wait that goes without a line in the log. */
const silentWait = 2 * _clock_js__WEBPACK_IMPORTED_MODULE_0__/* .second */ .Rc;
/**
 * Tries until an answer is final or the patience ends, and returns the last answer. After a cancel our own pauses are
 * short; what the server asked for is never cut short, the trying ends instead.
 *
 * Not @octokit/plugin-retry: its attempts can't be bounded in time, its waits can't be seen, cancelled or tested
 * without waiting, and with plugin-throttling beside it one refused write becomes twelve requests.
 *
 * @param queued how long the attempts have waited for their turn, in ms: that is no failing, and not counted
 * @throws Cancelled where the patience is stoppable
 */
async function persist(what, attempt, verdictOn, limits, { clock, log, cancellation }, queued = () => 0) {
    const startedAt = clock.now();
    let told = 0;
    for (let failures = 0;; failures++) {
        if (limits.stoppable)
            cancellation.throwIfCancelled();
        const answer = await attempt();
        if (limits.stoppable)
            cancellation.throwIfCancelled();
        const verdict = verdictOn(answer, failures);
        if (verdict.kind === 'final')
            return answer;
        const cancelled = cancellation.now.aborted;
        // Never less than the server asks for; more than it where it asks again and again for next to nothing.
        const own = ownPause(failures, cancelled);
        const pause = verdict.kind === 'wait' ? Math.max(verdict.ms, own) : own;
        const wakeAt = clock.now() + pause;
        const outOfPatience = verdict.kind === 'wait' ? told + pause > limits.toldWaits : wakeAt - told - queued() - startedAt > limits.total;
        if (outOfPatience || wakeAt > cancellation.deadline())
            return answer;
        if (pause > silentWait)
            log.info(`${what}: ${verdict.why}; trying again in ${(0,_text_js__WEBPACK_IMPORTED_MODULE_1__/* .spanOf */ .ee)(pause)}`);
        await clock.sleep(pause, cancelled ? cancellation.lastCall : cancellation.now);
        if (verdict.kind === 'wait') {
            // A timer may wake a little early by itself; only a cancel cuts a wait short.
            if (cancellation.now.aborted && clock.now() < wakeAt && !limits.stoppable)
                return answer;
            told += pause;
        }
    }
}
function ownPause(failures, cancelled) {
    return cancelled ? pauseAfterCancel : Math.min(firstPause * 2 ** failures, longestPause);
}


/***/ }),

/***/ 6958:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   NP: () => (/* binding */ isPublicKey),
/* harmony export */   Or: () => (/* binding */ loadSodium),
/* harmony export */   beginLoadingSodium: () => (/* binding */ beginLoadingSodium),
/* harmony export */   od: () => (/* binding */ seal)
/* harmony export */ });
let sodium;
/** Starts to load libsodium: its WebAssembly then compiles beside whatever comes next. */
async function beginLoadingSodium() {
    const { default: library } = await __webpack_require__.e(/* import() */ 768).then(__webpack_require__.bind(__webpack_require__, 4768));
    return library;
}
/** Loads libsodium to its end. */
async function loadSodium() {
    const library = await beginLoadingSodium();
    await library.ready;
    sodium = library;
}
/** Whether a text is a public key that a box can be sealed for. */
function isPublicKey(key) {
    return /^[A-Za-z0-9+/]{43}=$/.test(key);
}
/**
 * Seals a clear text, as UTF-8, for a store (libsodium's `crypto_box_seal`, as GitHub's "Encrypting secrets for the REST API" asks).
 * {@link loadSodium} must have been awaited.
 *
 * @throws RangeError where it was not
 */
function seal(clear, key) {
    if (sodium === undefined)
        throw new RangeError('libsodium is not loaded');
    const bytes = sodium.from_string(clear);
    const publicKey = sodium.from_base64(key.key, sodium.base64_variants.ORIGINAL);
    const value = sodium.to_base64(sodium.crypto_box_seal(bytes, publicKey), sodium.base64_variants.ORIGINAL);
    sodium.memzero(bytes);
    return { keyId: key.keyId, value };
}


/***/ }),

/***/ 46:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   EN: () => (/* binding */ bodyOf),
/* harmony export */   Gf: () => (/* binding */ SecretStore),
/* harmony export */   RY: () => (/* binding */ accessOfNobody),
/* harmony export */   Vb: () => (/* binding */ nameOf),
/* harmony export */   zW: () => (/* binding */ accessBody)
/* harmony export */ });
/* unused harmony export pathOf */
/* harmony import */ var _github_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(1533);
/* harmony import */ var _retry_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(5402);
/* harmony import */ var _sealed_box_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(6958);
/* harmony import */ var _store_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(6729);
/* harmony import */ var _target_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(2631);
/* harmony import */ var _text_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(977);






/** The ten stores of GitHub's API, which all have the same shape, through one implementation. */
class SecretStore {
    #github;
    constructor(github) {
        this.#github = github;
    }
    /** @throws Cancelled where the patience is stoppable */
    async publicKey(store, limits = _retry_js__WEBPACK_IMPORTED_MODULE_1__/* .patience */ ._.read) {
        const what = `Reading the public key of ${(0,_store_js__WEBPACK_IMPORTED_MODULE_2__/* .describeStore */ .Fk)(store)}`;
        const answer = await this.#github.call(what, 'GET', `${(0,_store_js__WEBPACK_IMPORTED_MODULE_2__/* .secretsPath */ .z1)(store)}/public-key`, limits);
        const data = answer.data;
        if (answer.status !== 200)
            return { answer };
        if (typeof data?.key_id !== 'string' || typeof data.key !== 'string' || !(0,_sealed_box_js__WEBPACK_IMPORTED_MODULE_4__/* .isPublicKey */ .NP)(data.key)) {
            return { answer: { ...answer, said: (0,_github_js__WEBPACK_IMPORTED_MODULE_0__/* .unusable */ ._P)(answer, 'a usable public key') } };
        }
        return { found: { keyId: data.key_id, key: data.key } };
    }
    /**
     * The secret's dates, and for an organization or a user who sees it. The selected repositories are asked for at the
     * same time, although they count only where the visibility is `selected`: waiting to know would be a round trip.
     *
     * @throws Cancelled where the patience is stoppable
     */
    async read(target, limits = _retry_js__WEBPACK_IMPORTED_MODULE_1__/* .patience */ ._.read) {
        const path = pathOf(target);
        const selection = (0,_store_js__WEBPACK_IMPORTED_MODULE_2__/* .hasSelection */ .f4)(target.store) ? this.#selectedRepositories(target, limits) : undefined;
        // Awaited below, or not at all where the visibility is another.
        selection?.catch(() => undefined);
        const answer = await this.#github.call(`Reading ${nameOf(target)}`, 'GET', path, limits);
        if (answer.status !== 200)
            return { answer };
        const secret = storedSecretFrom(answer.data, target);
        if (secret === undefined)
            return { answer: { ...answer, said: (0,_github_js__WEBPACK_IMPORTED_MODULE_0__/* .unusable */ ._P)(answer, 'the dates or the visibility of a secret') } };
        const selected = secret.access.visibility === 'selected' ? await selection : undefined;
        if (selected === undefined)
            return { found: secret };
        if ('answer' in selected)
            return selected;
        return { found: { ...secret, access: accessFor(target.store, selected.found) } };
    }
    /** Writes a sealed value: 201 and 204 prove it, and nothing else does. */
    write(target, sealed, access, limits) {
        return this.writeBody(target, bodyOf(sealed, access), limits);
    }
    /** The same with a body that is ready to send, as the journal keeps it. */
    async writeBody(target, body, limits) {
        const answer = await this.#github.call(`Writing ${nameOf(target)}`, 'PUT', pathOf(target), limits, body);
        if (answer.status === 201)
            return { status: 'created' };
        if (answer.status === 204)
            return { status: 'updated' };
        return { answer };
    }
    /** Deletes the secret of a write test; one that is not there is gone too. Answers undefined when it is gone. */
    async removeWriteTest(store) {
        const target = { store, secret: _target_js__WEBPACK_IMPORTED_MODULE_5__/* .writeTestName */ .rG };
        const answer = await this.#github.call(`Deleting ${nameOf(target)}`, 'DELETE', pathOf(target), _retry_js__WEBPACK_IMPORTED_MODULE_1__/* .patience */ ._.cleanup);
        return answer.status === 204 || answer.status === 404 ? undefined : answer;
    }
    async #selectedRepositories(target, limits) {
        const what = `Reading the selected repositories of ${nameOf(target)}`;
        const ids = new Set();
        for (let page = 1;; page++) {
            const path = `${pathOf(target)}/repositories?per_page=${_github_js__WEBPACK_IMPORTED_MODULE_0__/* .pageSize */ .T0}&page=${page}`;
            const answer = await this.#github.call(what, 'GET', path, limits);
            if (answer.status !== 200)
                return { answer };
            const data = answer.data;
            const listed = Array.isArray(data?.repositories) ? data.repositories : undefined;
            if (typeof data?.total_count !== 'number' || listed === undefined) {
                return { answer: { ...answer, said: (0,_github_js__WEBPACK_IMPORTED_MODULE_0__/* .unusable */ ._P)(answer, 'a list of repositories') } };
            }
            for (const repository of listed) {
                if (Number.isSafeInteger(repository?.id))
                    ids.add(repository?.id);
            }
            if (ids.size >= data.total_count)
                return { found: [...ids] };
            if (listed.length === 0 || page === _github_js__WEBPACK_IMPORTED_MODULE_0__/* .mostPages */ .uH) {
                return { answer: { ...answer, said: `only ${ids.size} of ${data.total_count} selected repositories` } };
            }
        }
    }
}
/** The REST path of a target's secret. */
function pathOf(target) {
    return `${(0,_store_js__WEBPACK_IMPORTED_MODULE_2__/* .secretsPath */ .z1)(target.store)}/${target.secret}`;
}
/** A target in a person's words: `TE_TOKEN in the Dependabot secrets of acme/network`. */
function nameOf(target) {
    return `${target.secret} in ${(0,_store_js__WEBPACK_IMPORTED_MODULE_2__/* .describeStore */ .Fk)(target.store)}`;
}
/** What a PUT of this value sends. */
function bodyOf(sealed, access) {
    return {
        encrypted_value: sealed.value,
        key_id: sealed.keyId,
        ...accessBody(access),
    };
}
/** Who sees a secret or a variable, as GitHub's API writes it. */
function accessBody(access) {
    return {
        ...(access.visibility === undefined ? {} : { visibility: access.visibility }),
        ...(access.selectedRepositoryIds === undefined ? {} : { selected_repository_ids: access.selectedRepositoryIds }),
    };
}
/** Seen by no repository: what a write test is, wherever that can be said. */
function accessOfNobody(store) {
    return (0,_store_js__WEBPACK_IMPORTED_MODULE_2__/* .hasSelection */ .f4)(store) ? accessFor(store, []) : {};
}
/** A user's secret has selected repositories only, and its PUT knows no visibility. */
function accessFor(store, selectedRepositoryIds) {
    return store.level === 'user' ? { selectedRepositoryIds } : { visibility: 'selected', selectedRepositoryIds };
}
function storedSecretFrom(data, target) {
    const secret = (data ?? {});
    const createdAt = (0,_text_js__WEBPACK_IMPORTED_MODULE_3__/* .momentFrom */ .n3)(secret.created_at);
    const updatedAt = (0,_text_js__WEBPACK_IMPORTED_MODULE_3__/* .momentFrom */ .n3)(secret.updated_at);
    if (createdAt === undefined || updatedAt === undefined)
        return undefined;
    if (!(0,_store_js__WEBPACK_IMPORTED_MODULE_2__/* .hasSelection */ .f4)(target.store))
        return { createdAt, updatedAt, access: {} };
    // A user's secret without the field has selected repositories all the same.
    const visibility = secret.visibility ?? (target.store.level === 'user' ? 'selected' : undefined);
    if (visibility !== 'all' && visibility !== 'private' && visibility !== 'selected')
        return undefined;
    return {
        createdAt,
        updatedAt,
        access: target.store.level === 'user' && visibility !== 'selected' ? {} : { visibility },
    };
}


/***/ }),

/***/ 5714:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   E$: () => (/* binding */ redact),
/* harmony export */   NC: () => (/* binding */ canStandInHeader),
/* harmony export */   zh: () => (/* binding */ Secret)
/* harmony export */ });
/* harmony import */ var node_util__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7975);

/** Every clear value that a {@link Secret} was made of, with its encodings: {@link redact} takes them out of text from outside. */
const known = new Map();
/**
 * A clear token that can't print itself: as a string, as JSON and under inspection it is `***`. Only
 * {@link Secret.reveal} gives the value, and each call of it is a place to review.
 */
class Secret {
    #value;
    constructor(value) {
        this.#value = value;
        known.set(value, formsOf(value));
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
    [node_util__WEBPACK_IMPORTED_MODULE_0__.inspect.custom]() {
        return '***';
    }
}
/**
 * Whether a value can stand in an `Authorization: Bearer` header: printable ASCII without spaces (RFC 9110, RFC 6750).
 */
function canStandInHeader(value) {
    return /^[\x21-\x7e]+$/.test(value);
}
/**
 * Replaces every known token in a text from outside, also where it stands in base64, base64url, hex, JSON or URL
 * encoding. The runner's masks don't cover hex and base64url, and don't reach the summary file.
 */
function redact(text) {
    let clean = text;
    // The longest first: of a token that begins with another known one, nothing is left.
    for (const [, forms] of [...known].sort(([a], [b]) => b.length - a.length)) {
        for (const form of forms)
            clean = clean.replaceAll(form, '***');
    }
    return clean;
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
    const base64url = base64.map((form) => form.replaceAll('+', '-').replaceAll('/', '_'));
    const hex = bytes.toString('hex');
    return [
        value,
        JSON.stringify(value).slice(1, -1),
        encodeURIComponent(value.toWellFormed()),
        hex,
        hex.toUpperCase(),
        ...base64,
        ...base64url,
    ].filter((form) => form !== '');
}


/***/ }),

/***/ 6729:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Fk: () => (/* binding */ describeStore),
/* harmony export */   I: () => (/* binding */ kindOf),
/* harmony export */   SH: () => (/* binding */ repositoryPath),
/* harmony export */   Tj: () => (/* binding */ permissionFor),
/* harmony export */   XB: () => (/* binding */ variablesPath),
/* harmony export */   bf: () => (/* binding */ ownerOf),
/* harmony export */   f4: () => (/* binding */ hasSelection),
/* harmony export */   z1: () => (/* binding */ secretsPath)
/* harmony export */ });
const permissions = {
    'repository/actions': { name: 'Secrets', scope: 'repo', apps: true },
    'environment/actions': { name: 'Environments', scope: 'repo', apps: true },
    'repository/dependabot': { name: 'Dependabot secrets', scope: 'repo', apps: true },
    'repository/codespaces': { name: 'Codespaces secrets', scope: 'repo', apps: true },
    'repository/agents': { name: 'Agent secrets', scope: 'repo', apps: true },
    'organization/actions': {
        name: 'Organization secrets',
        scope: 'admin:org',
        apps: true,
    },
    'organization/dependabot': {
        name: 'Organization Dependabot secrets',
        scope: 'admin:org',
        apps: true,
    },
    'organization/codespaces': {
        name: 'Organization Codespaces secrets',
        scope: 'admin:org',
        apps: false,
    },
    'organization/agents': {
        name: 'Organization agent secrets',
        scope: 'admin:org',
        apps: true,
    },
    'user/codespaces': { name: 'Codespaces user secrets', scope: 'codespace:secrets', apps: false },
};
/** The ten kinds of store, each a level and a feature: `repository/actions`, `environment/actions`, … */
function kindOf(store) {
    return `${store.level}/${store.feature}`;
}
/** Whose store it is, in lower case, as GitHub compares names; empty where it is the credential's own user. */
function ownerOf(store) {
    return 'owner' in store ? store.owner.toLowerCase() : '';
}
function permissionFor(store) {
    const permission = permissions[kindOf(store)];
    if (permission === undefined)
        throw new RangeError(`no permission is known for ${kindOf(store)}`);
    return permission;
}
/** The store in a person's words: `the Dependabot secrets of acme/network`. */
function describeStore(store) {
    const feature = { actions: 'Actions', dependabot: 'Dependabot', codespaces: 'Codespaces', agents: 'agent' };
    switch (store.level) {
        case 'repository':
            return `the ${feature[store.feature]} secrets of ${store.owner}/${store.repository}`;
        case 'environment':
            return `the environment "${store.environment}" of ${store.owner}/${store.repository}`;
        case 'organization':
            return `the ${feature[store.feature]} secrets of the organization ${store.owner}`;
        case 'user':
            return "the Codespaces secrets of the credential's user";
    }
}
/** The REST path of a repository, percent-encoded. */
function repositoryPath(owner, repository) {
    return `/repos/${encodeURIComponent(owner)}/${encodeURIComponent(repository)}`;
}
/** The REST path that a store's secrets live under, percent-encoded, as in GitHub's OpenAPI description. */
function secretsPath(store) {
    return `${placePath(store)}${store.level === 'environment' ? '' : `/${store.feature}`}/secrets`;
}
/** The REST path of the Actions variables beside an Actions store, percent-encoded. */
function variablesPath(store) {
    return `${placePath(store)}${store.level === 'environment' ? '' : '/actions'}/variables`;
}
function placePath(store) {
    switch (store.level) {
        case 'repository':
            return repositoryPath(store.owner, store.repository);
        case 'environment':
            return `${repositoryPath(store.owner, store.repository)}/environments/${encodeURIComponent(store.environment)}`;
        case 'organization':
            return `/orgs/${encodeURIComponent(store.owner)}`;
        case 'user':
            return '/user';
    }
}
/** Organizations and users choose which repositories see a secret. */
function hasSelection(store) {
    return store.level === 'organization' || store.level === 'user';
}


/***/ }),

/***/ 6031:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  e5: () => (/* binding */ bullets),
  VY: () => (/* binding */ recoverySection),
  V0: () => (/* binding */ sections),
  YG: () => (/* binding */ summaryOf),
  H6: () => (/* binding */ whatToDo)
});

// UNUSED EXPORTS: escapeMarkdown

// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(7598);
// EXTERNAL MODULE: ./build/github-problems.js
var github_problems = __webpack_require__(3902);
// EXTERNAL MODULE: ./build/store.js
var store = __webpack_require__(6729);
;// CONCATENATED MODULE: ./build/recovery-command.js



/** The `gh` command that writes a sealed value; whoever runs it needs to be allowed to, and never sees the token. */
function recoveryCommand(target, body, githubUrl) {
    const host = ghHost(githubUrl);
    const fields = [
        `-f ${(0,github_problems/* shellQuote */.ZL)(`encrypted_value=${body.encrypted_value}`)}`,
        `-f ${(0,github_problems/* shellQuote */.ZL)(`key_id=${body.key_id}`)}`,
        ...(body.visibility === undefined ? [] : [`-f ${(0,github_problems/* shellQuote */.ZL)(`visibility=${body.visibility}`)}`]),
        ...selected(body.selected_repository_ids),
    ];
    const words = ['gh api --method PUT', ...(host === undefined ? [] : [`--hostname ${(0,github_problems/* shellQuote */.ZL)(host)}`])];
    return [...words, (0,github_problems/* shellQuote */.ZL)(`${(0,store/* secretsPath */.z1)(target.store)}/${target.secret}`), ...fields].join(' ');
}
/** -F, not -f: GitHub takes integers only. An empty list is written without a value. */
function selected(ids) {
    if (ids === undefined)
        return [];
    if (ids.length === 0)
        return [`-F 'selected_repository_ids[]'`];
    return ids.map((id) => `-F 'selected_repository_ids[]=${id}'`);
}
/** The name by which `gh` knows a GitHub other than github.com. */
function ghHost(githubUrl) {
    const { host, pathname } = new URL(githubUrl);
    if (host === 'api.github.com')
        return undefined;
    return pathname === '/' ? host.replace(/^api\./, '') : host;
}
/** SHA-256 of a text's UTF-8 bytes, in hex: a masked or cut copy of a ciphertext shows by it. */
function sha256(text) {
    return (0,external_node_crypto_.createHash)('sha256').update(text).digest('hex');
}

// EXTERNAL MODULE: ./build/text.js
var build_text = __webpack_require__(977);
;// CONCATENATED MODULE: ./build/summary.js


/** More rows than this are folded away. */
const rowsInView = 50;
/**
 * GitHub drops a summary of over 1 MiB, and the way to finish by hand with it. So much is for the table, in bytes, and so
 * many lines are for a list; all rows are in the output `results`, all lines in the log.
 */
const mostOfTable = 300 * 1024;
const mostLines = 100;
/** The job summary of an outcome, in GitHub's Markdown: what matters first, recovery only when it is needed. */
function summaryOf(outcome, githubUrl) {
    const { problems, warnings, notices, recovery } = outcome;
    return sections([
        `### ${icon(outcome)} ThousandEyes token: ${escapeMarkdown(outcome.headline)}`,
        validityLine(outcome),
        whatToDo(problems),
        recovery === undefined ? undefined : recoverySection(recovery, githubUrl),
        bullets('Note', [...warnings, ...notices]),
        timeline(outcome),
        table(outcome.results),
        outcome.credentialExpiresAt === undefined
            ? undefined
            : `The GitHub credential itself expires on ${(0,build_text/* dayOf */.kb)(outcome.credentialExpiresAt)}.`,
    ]);
}
/** The section with which a person finishes what the run could not. */
function recoverySection({ target, shown, body, validity }, githubUrl) {
    const until = validity.validUntil === undefined ? '' : ` The value itself is good until ${(0,build_text/* dayOf */.kb)(validity.validUntil)}.`;
    return sections([
        `#### Finish by hand: ${escapeMarkdown(shown)}`,
        `The new token is sealed below: GitHub can open it, nobody else. Whoever may write this secret runs the command, **by ${(0,build_text/* minuteOf */.iA)(validity.previousValidUntil)}**, when the old token stops working at the latest.${until} Then run this workflow with \`mode: sync\` for the other targets.`,
        `\`\`\`sh\n${recoveryCommand(target, body, githubUrl)}\n\`\`\``,
        `Check that nothing of it was lost in copying or hidden by a mask: \`encrypted_value\` has ${body.encrypted_value.length} characters and the SHA-256 \`${sha256(body.encrypted_value)}\`.`,
    ]);
}
function sections(parts) {
    return `${parts.filter((part) => part !== undefined && part !== '').join('\n\n')}\n\n`;
}
/** A heading and its list, or nothing. */
function bullets(heading, lines) {
    return list(heading, lines.map((line) => escapeMarkdown(line)));
}
/** What went wrong and what to do about it, in bold what was tried. */
function whatToDo(problems) {
    return list('What to do', problems.map(({ tried, cameBack, todo }) => `**${escapeMarkdown(tried)}**: ${escapeMarkdown(`${cameBack}. ${todo}`)}`));
}
function list(heading, markdown) {
    if (markdown.length === 0)
        return undefined;
    const items = markdown.slice(0, mostLines).map((line) => `- ${line}`);
    const left = markdown.length > mostLines ? [`- And ${markdown.length - mostLines} more: see the log.`] : [];
    return [`**${heading}**\n`, ...items, ...left].join('\n');
}
/**
 * Text from outside as text: no HTML, no Markdown, no table cell, no mention. Code between backticks stays as it is,
 * because an entity in it would be shown as such, and a command could not be copied.
 */
function escapeMarkdown(text) {
    const line = text.replace(/\s+/g, ' ');
    const parts = line.split('`');
    const hasCode = parts.length % 2 === 1 && !line.includes('``') && !parts.some((part, n) => n % 2 === 1 && part.includes('|'));
    if (!hasCode)
        return escapeText(line);
    return parts.map((part, n) => (n % 2 === 1 ? `\`${part}\`` : escapeText(part))).join('');
}
function escapeText(text) {
    return text.replace(/[&<>|*~[\]\\@#"`]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/g, (character) => `&#${character.charCodeAt(0)};`);
}
function icon({ problems, rotated, warnings }) {
    if (problems.length > 0)
        return rotated ? '⚠️' : '❌';
    return warnings.length > 0 ? '⚠️' : '✅';
}
function validityLine({ validUntil, previousValidUntil, rotated }) {
    const now = validUntil === undefined ? undefined : `The token in place is valid until **${(0,build_text/* dayOf */.kb)(validUntil)}**.`;
    const before = previousValidUntil === undefined
        ? undefined
        : rotated
            ? `The one before it works until ${(0,build_text/* minuteOf */.iA)(previousValidUntil)} at the latest; if it leaked, revoke it by hand.`
            : `The token in use works until **${(0,build_text/* minuteOf */.iA)(previousValidUntil)}** at the latest.`;
    return [now, before].filter((line) => line !== undefined).join(' ');
}
function timeline({ rotated, issuedAt, validUntil, previousValidUntil }) {
    if (!rotated || issuedAt === undefined || validUntil === undefined || previousValidUntil === undefined)
        return undefined;
    const [from, old, until] = [(0,build_text/* dayOf */.kb)(issuedAt), (0,build_text/* dayOf */.kb)(previousValidUntil), (0,build_text/* dayOf */.kb)(validUntil)];
    return [
        '```mermaid',
        // Ticks instead of lines across the labels.
        '%%{init: {"gantt": {"gridLineStartPadding": 92}}}%%',
        'gantt',
        '  dateFormat YYYY-MM-DD',
        '  axisFormat %b %Y',
        '  todayMarker off',
        '  section Old token',
        `  works until ${old} :done, ${from}, ${old}`,
        '  section New token',
        `  valid until ${until} :active, ${from}, ${until}`,
        '```',
    ].join('\n');
}
function table(results) {
    if (results.length === 0)
        return undefined;
    const rows = rowsOf(results);
    const shown = fitting(rows);
    const left = rows.length > shown.length ? `\n\nAnd ${rows.length - shown.length} more: see the output \`results\`.` : '';
    const text = ['| target | secret | result |', '| --- | --- | --- |', ...shown].join('\n') + left;
    return rows.length > rowsInView
        ? `<details><summary>${(0,build_text/* plural */.LS)(results.length, 'target')}</summary>\n\n${text}\n\n</details>`
        : text;
}
/** As many rows as there is room for. */
function fitting(rows) {
    let size = 0;
    const end = rows.findIndex((row) => {
        size += Buffer.byteLength(row) + 1;
        return size > mostOfTable;
    });
    return end === -1 ? rows : rows.slice(0, end);
}
/** Failures first. Targets that may not be named are one row with a count. */
function rowsOf(results) {
    const counts = new Map();
    const failedFirst = [...results].sort((a, b) => Number(b.status === 'failed') - Number(a.status === 'failed'));
    for (const { shown, target, status, problem } of failedFirst) {
        const mark = { updated: '✅ updated', created: '✅ created', unchanged: 'unchanged', failed: '❌ failed' }[status];
        const why = problem === undefined ? '' : `: ${escapeMarkdown(problem.cameBack)}`;
        // The name has a column of its own.
        const place = shown.endsWith(` as ${target.secret}`) ? shown.slice(0, -` as ${target.secret}`.length) : shown;
        const row = `| ${escapeMarkdown(place)} | ${escapeMarkdown(target.secret)} | ${mark}${why} |`;
        counts.set(row, (counts.get(row) ?? 0) + 1);
    }
    return [...counts].map(([row, count]) => (count === 1 ? row : row.replace(/ \|$/, ` (${count} repositories) |`)));
}


/***/ }),

/***/ 2631:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   TN: () => (/* binding */ keyOf),
/* harmony export */   Wy: () => (/* binding */ labelOf),
/* harmony export */   YT: () => (/* binding */ mostTargets),
/* harmony export */   cA: () => (/* binding */ lineOf),
/* harmony export */   dt: () => (/* binding */ LineError),
/* harmony export */   eT: () => (/* binding */ secretNameFault),
/* harmony export */   fc: () => (/* binding */ lineFrom),
/* harmony export */   rG: () => (/* binding */ writeTestName)
/* harmony export */ });
/** The secret that a write test creates and deletes. */
const writeTestName = 'ROTATION_WRITE_TEST';
/** How many targets the lines name at most; a pattern may find any number. */
function mostTargets(lines) {
    return lines.some(({ kind }) => kind === 'pattern') ? Number.POSITIVE_INFINITY : lines.length;
}
/** A line that is no target, with what was expected instead. */
class LineError extends Error {
}
const features = ['actions', 'dependabot', 'codespaces', 'agents'];
/** What is wrong with a secret's name, or undefined. Source: GitHub's "Secrets reference", naming rules. */
function secretNameFault(name) {
    if (!/^[A-Za-z0-9_]+$/.test(name))
        return 'a secret name has only letters, digits and underscores';
    if (/^\d/.test(name))
        return "a secret name can't begin with a digit";
    if (/^GITHUB_/i.test(name))
        return "a secret name can't begin with GITHUB_";
    if (name.length > 255)
        return 'a secret name has at most 255 characters';
    if (name.toUpperCase() === writeTestName)
        return `${writeTestName} is the secret that the write test deletes`;
    return undefined;
}
/**
 * The target or pattern that a line names: `acme/network`, `acme/network/environments/Production EU`,
 * `orgs/acme/dependabot`, `user/codespaces`, `acme/terraform-*`, each with an optional ` as NAME` at its end.
 *
 * @throws LineError where it names none
 */
function lineFrom(text, defaultSecret) {
    const [place, secret] = splitName(text.trim(), defaultSecret);
    const store = storeFrom(place);
    if ('repository' in store && store.repository.includes('*')) {
        return { kind: 'pattern', pattern: { store, secret } };
    }
    return { kind: 'target', target: { store, secret } };
}
function splitName(text, defaultSecret) {
    const named = /^(.*\S)\s+as\s+(\S+)$/s.exec(text);
    if (named?.[1] === undefined || named[2] === undefined)
        return [text, defaultSecret.toUpperCase()];
    const fault = secretNameFault(named[2]);
    if (fault) {
        throw new LineError(`${fault}; if the place itself ends in "as ${named[2]}", add " as ${defaultSecret}" behind it`);
    }
    return [named[1], named[2].toUpperCase()];
}
function storeFrom(place) {
    const [first = '', second = '', ...rest] = place.split('/');
    if (place === 'user/codespaces')
        return { level: 'user', feature: 'codespaces' };
    if (first === 'orgs') {
        const feature = featureFrom(rest.length === 0 ? 'actions' : rest.join('/'));
        return { level: 'organization', feature, owner: ownerFrom(second) };
    }
    const owner = ownerFrom(first);
    const repository = repositoryFrom(second);
    if (rest[0] === 'environments') {
        return {
            level: 'environment',
            feature: 'actions',
            owner,
            repository,
            environment: environmentFrom(rest.slice(1).join('/')),
        };
    }
    return {
        level: 'repository',
        feature: featureFrom(rest.length === 0 ? 'actions' : rest.join('/')),
        owner,
        repository,
    };
}
function ownerFrom(text) {
    if (text.includes('*'))
        throw new LineError('"*" stands in the name of a repository only, not in its owner');
    if (!/^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/.test(text))
        throw new LineError('it does not begin with an owner and a repository');
    return text;
}
function repositoryFrom(text) {
    if (!/^[A-Za-z0-9._*-]{1,100}$/.test(text) || text === '.' || text === '..') {
        throw new LineError('the repository is missing, or its name has characters that GitHub does not allow');
    }
    return text;
}
function environmentFrom(text) {
    const name = text.trim();
    if (name === '' || name === '.' || name === '..')
        throw new LineError('the name of the environment is missing');
    if (name.length > 255)
        throw new LineError("the environment's name has more than 255 characters");
    if (name.includes('*'))
        throw new LineError('"*" stands in the name of a repository only, not of an environment');
    if (!name.isWellFormed())
        throw new LineError("the environment's name is not valid Unicode");
    return name;
}
function featureFrom(text) {
    if (!features.includes(text)) {
        throw new LineError(`"${text.slice(0, 40)}" is no store; a repository has ${features.join(', ')} and environments/NAME, an organization ${features.join(', ')}`);
    }
    return text;
}
/** The line that names a store, in its shortest form. */
function lineOf(store) {
    const feature = store.feature === 'actions' ? '' : `/${store.feature}`;
    switch (store.level) {
        case 'repository':
            return `${store.owner}/${store.repository}${feature}`;
        case 'environment':
            return `${store.owner}/${store.repository}/environments/${store.environment}`;
        case 'organization':
            return `orgs/${store.owner}${feature}`;
        case 'user':
            return 'user/codespaces';
    }
}
/** The line that names a target; ` as NAME` only where it is needed. */
function labelOf(target, defaultSecret) {
    const line = lineOf(target.store);
    const needsName = target.secret !== defaultSecret.toUpperCase() || /\sas\s+\S+$/.test(line);
    return needsName ? `${line} as ${target.secret}` : line;
}
/** Equal for two targets that are the same secret: GitHub compares owners, repositories, environments and names without case. */
function keyOf(target) {
    return `${lineOf(target.store)} ${target.secret}`.toLowerCase();
}


/***/ }),

/***/ 977:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   LS: () => (/* binding */ plural),
/* harmony export */   dF: () => (/* binding */ isoOf),
/* harmony export */   ee: () => (/* binding */ spanOf),
/* harmony export */   hD: () => (/* binding */ quote),
/* harmony export */   iA: () => (/* binding */ minuteOf),
/* harmony export */   kb: () => (/* binding */ dayOf),
/* harmony export */   n3: () => (/* binding */ momentFrom)
/* harmony export */ });
/* harmony import */ var _secret_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(5714);

/**
 * Text from outside made fit for one line of log or summary: no token, no control characters (a line break could start
 * a workflow command), no more than `max` characters.
 */
function quote(text, max = 200) {
    if (typeof text !== 'string')
        return '';
    // Cut after searching for tokens, lest half of one is left, and before the rest, so that megabytes cost little.
    const line = (0,_secret_js__WEBPACK_IMPORTED_MODULE_0__/* .redact */ .E$)(text)
        .slice(0, 100_000)
        .replace(/[\s\p{Cc}\p{Bidi_Control}]+/gu, ' ')
        .trim();
    return line.length > max ? `${line.slice(0, max - 1).toWellFormed()}…` : line.toWellFormed();
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
    return Number.isNaN(ms) ? undefined : ms;
}
/** A span for people: `40 s`, `12 min`, `3 h`, `15 days`. */
function spanOf(ms) {
    if (ms < 90_000)
        return `${Math.ceil(ms / 1000)} s`;
    if (ms < 90 * 60_000)
        return `${Math.ceil(ms / 60_000)} min`;
    if (ms < 36 * 3_600_000)
        return `${Math.ceil(ms / 3_600_000)} h`;
    return `${Math.ceil(ms / 86_400_000)} days`;
}
function plural(count, one, many = `${one}s`) {
    return `${count} ${count === 1 ? one : many}`;
}


/***/ }),

/***/ 8819:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   $x: () => (/* binding */ currentTokenRefused),
/* harmony export */   P3: () => (/* binding */ twoActiveTokens),
/* harmony export */   Rn: () => (/* binding */ issuedAndLost),
/* harmony export */   Ze: () => (/* binding */ currentTokenUnchecked),
/* harmony export */   _H: () => (/* binding */ newTokenRefused),
/* harmony export */   gM: () => (/* binding */ regenerateUnsent),
/* harmony export */   hN: () => (/* binding */ overlapOrLost),
/* harmony export */   kJ: () => (/* binding */ proxyAnswered),
/* harmony export */   mH: () => (/* binding */ recoveryByHand),
/* harmony export */   nZ: () => (/* binding */ regenerateRefused),
/* harmony export */   tf: () => (/* binding */ regenerateLimited),
/* harmony export */   zO: () => (/* binding */ unknownWhetherIssued)
/* harmony export */ });
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(9473);
/* harmony import */ var _github_problems_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(3902);
/* harmony import */ var _text_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(977);



const page = 'Manage > Account Settings > Users and Roles > Profile > User API Tokens';
const check = 'Checking the current token (GET /users/current)';
const ask = 'Asking ThousandEyes for a new token (POST /api-tokens)';
/** The way back that always works, by hand. */
function recoveryByHand(home) {
    return `In ThousandEyes, open ${page}; revoke, then create (revoking ends the old token at once, so be ready); store the new one with \`${(0,_github_problems_js__WEBPACK_IMPORTED_MODULE_1__/* .ghSecretSet */ .sI)(home)}\`; then run this workflow with \`mode: sync\`.`;
}
function currentTokenRefused(why, home) {
    return new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .Problem */ .A(check, `${why}, so it does not accept the token`, `First start a fresh run: a run that waited in the queue, or a re-run, may hold an older value than the secret does now. If that fails too, the token expired, was revoked, or its account is locked: make one in ThousandEyes (${page}) and store it with \`${(0,_github_problems_js__WEBPACK_IMPORTED_MODULE_1__/* .ghSecretSet */ .sI)(home)}\`.`);
}
function currentTokenUnchecked(why) {
    return new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .Problem */ .A(check, why, 'Start the run again later; if it stays so, see that `thousandeyes-api-url` is right and that the runner reaches it.');
}
function proxyAnswered(why) {
    return new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .Problem */ .A(check, why, 'This is no answer of ThousandEyes but of a proxy between the runner and it: see the proxy variables of the runner (https_proxy, no_proxy) and what the proxy allows.');
}
function regenerateForbidden(why) {
    return new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .Problem */ .A(ask, why, 'Nothing was issued. The role of the token\'s account lacks API access: in ThousandEyes, give it a role with the permission "API access", then start the run again.');
}
/** A refusal of the request itself: 400, 401, 404, … */
function regenerateRefused(why, status, home) {
    if (status === 403)
        return regenerateForbidden(why);
    const todo = status === 401
        ? `The token was accepted a moment ago: someone revoked it meanwhile, or a fresh run holds a newer one. Start a fresh run; if that fails too: ${recoveryByHand(home)}`
        : "See that `thousandeyes-api-url` is the base of ThousandEyes' API version 7.";
    return new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .Problem */ .A(ask, why, `Nothing was issued. ${todo}`);
}
function regenerateUnsent(why) {
    return new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .Problem */ .A(ask, `${why}; the request never left the runner`, 'Nothing was issued and nothing was changed. Start the run again later.');
}
function regenerateLimited(why, cancelled) {
    return new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .Problem */ .A(ask, `${why}, ${cancelled ? 'and the run was cancelled' : 'longer than a run should wait'}`, 'Nothing was issued: the rate limit of the ThousandEyes organization is used up by others. Start the run again later.');
}
/** A 409 that no rotation of the home explains. */
function twoActiveTokens(why, { target, shown }, { updatedAt }, recent) {
    const written = recent
        ? `${shown} was created on ${(0,_text_js__WEBPACK_IMPORTED_MODULE_2__/* .dayOf */ .kb)(updatedAt)} and never updated since, so no rotation wrote it`
        : `${shown} was last written on ${(0,_text_js__WEBPACK_IMPORTED_MODULE_2__/* .dayOf */ .kb)(updatedAt)}, over 15 days ago, so no rotation of it explains this`;
    return new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .Problem */ .A(ask, `${why}: the account has two active tokens. ${written}`, `Nothing was issued now. Someone regenerated the token elsewhere, or an answer got lost, and the token in hand may be the older of the two, with at most 14 days to live. Look whether another place (a person, another repository or workflow) holds a newer token; if so, store that one with \`${(0,_github_problems_js__WEBPACK_IMPORTED_MODULE_1__/* .ghSecretSet */ .sI)(target)}\` and run \`mode: sync\`. If not: ${recoveryByHand(target)}`);
}
/** The account has a token that nobody holds. */
function issuedAndLost(doubts, home, deadline) {
    return new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .Problem */ .A(ask, doubts.join('; then '), `A token was issued and lost: it was made, but did not reach this run, and ThousandEyes shows it only once. The token in use still works, until ${(0,_text_js__WEBPACK_IMPORTED_MODULE_2__/* .dayOf */ .kb)(deadline)} at the latest. Before that: ${recoveryByHand(home)}`);
}
/** A 409 after an ambiguous answer, while the overlap of an earlier rotation may explain it. */
function overlapOrLost(doubts, label, writtenAt, possibleAt) {
    return new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .Problem */ .A(ask, doubts.join('; then '), `It can't be told whether a token was issued and lost, or whether this is the usual overlap with the token before: ${label} was last written on ${(0,_text_js__WEBPACK_IMPORTED_MODULE_2__/* .dayOf */ .kb)(writtenAt)}. Do NOT revoke anything yet: the token in use works. Start a run after ${(0,_text_js__WEBPACK_IMPORTED_MODULE_2__/* .dayOf */ .kb)(possibleAt)}: if that one gets 409 too, a token was lost, and its message says how to recover.`);
}
function unknownWhetherIssued(doubts, home) {
    return new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .Problem */ .A(ask, doubts.join('; then '), `It is unknown whether a token was issued. To find out, look at ${page} in ThousandEyes, or start this workflow again: if it rotates, nothing was lost; if it gets 409, a token was issued and lost. Then: ${recoveryByHand(home)}`);
}
function newTokenRefused(why, home, label, until) {
    return new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .Problem */ .A('Checking the new token (GET /users/current)', why, `The old token stays in place in ${label} and works until ${(0,_text_js__WEBPACK_IMPORTED_MODULE_2__/* .minuteOf */ .iA)(until)} at the latest; the new one was stored nowhere. Before that: ${recoveryByHand(home)}`);
}


/***/ }),

/***/ 8375:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   k: () => (/* binding */ workflow)
/* harmony export */ });
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3024);
/* harmony import */ var _node_modules_actions_core_lib_command_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(9635);
/* harmony import */ var _node_modules_actions_core_lib_file_command_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(2902);

// The toolkit's two modules by their files: its entry loads an OIDC client with two more HTTP stacks, which costs more
// than a whole rotation (some 50 ms of 150) and is never used here.


/** GitHub cuts an annotation at 4,096 characters. */
const longestAnnotation = 4000;
/** The runner takes `##[` anywhere in a line, and `::` at its beginning, for a command. */
function withoutCommand(line) {
    return line.replaceAll('##[', '# #[').replace(/^(\s*:):/, '$1 :');
}
const workflow = {
    info: (line) => process.stdout.write(`${withoutCommand(line)}\n`),
    warning: (text) => (0,_node_modules_actions_core_lib_command_js__WEBPACK_IMPORTED_MODULE_1__/* .issue */ .s)('warning', text.slice(0, longestAnnotation)),
    notice: (text) => (0,_node_modules_actions_core_lib_command_js__WEBPACK_IMPORTED_MODULE_1__/* .issue */ .s)('notice', text.slice(0, longestAnnotation)),
    error: (text) => (0,_node_modules_actions_core_lib_command_js__WEBPACK_IMPORTED_MODULE_1__/* .issue */ .s)('error', text.slice(0, longestAnnotation)),
    mask: (token) => {
        if (token.reveal() !== '')
            (0,_node_modules_actions_core_lib_command_js__WEBPACK_IMPORTED_MODULE_1__/* .issueCommand */ .L)('add-mask', {}, token.reveal());
    },
    output: (name, value) => {
        try {
            (0,_node_modules_actions_core_lib_file_command_js__WEBPACK_IMPORTED_MODULE_2__/* .issueFileCommand */ .n)('OUTPUT', (0,_node_modules_actions_core_lib_file_command_js__WEBPACK_IMPORTED_MODULE_2__/* .prepareKeyValueMessage */ .v)(name, value));
            return true;
        }
        catch {
            (0,_node_modules_actions_core_lib_command_js__WEBPACK_IMPORTED_MODULE_1__/* .issue */ .s)('warning', `The output \`${name}\` could not be written.`);
            return false;
        }
    },
    state: (name, value) => (0,_node_modules_actions_core_lib_file_command_js__WEBPACK_IMPORTED_MODULE_2__/* .issueFileCommand */ .n)('STATE', (0,_node_modules_actions_core_lib_file_command_js__WEBPACK_IMPORTED_MODULE_2__/* .prepareKeyValueMessage */ .v)(name, value)),
    summary: (markdown, how = 'append') => {
        const path = process.env.GITHUB_STEP_SUMMARY;
        if (!path)
            return false;
        try {
            // At once and in one piece, unlike the toolkit's asynchronous builder: the process may be killed at any moment.
            (how === 'append' ? node_fs__WEBPACK_IMPORTED_MODULE_0__.appendFileSync : node_fs__WEBPACK_IMPORTED_MODULE_0__.writeFileSync)(path, markdown);
            return true;
        }
        catch {
            (0,_node_modules_actions_core_lib_command_js__WEBPACK_IMPORTED_MODULE_1__/* .issue */ .s)('warning', 'The job summary could not be written.');
            return false;
        }
    },
    fail: () => {
        process.exitCode = 1;
    },
};


/***/ })

};

export const id = 576;
export const ids = [576];
export const modules = {

/***/ 5576:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  postStep: () => (/* binding */ postStep)
});

// EXTERNAL MODULE: ./build/connections.js + 3 modules
var build_connections = __webpack_require__(8127);
// EXTERNAL MODULE: ./build/hidden-names.js
var hidden_names = __webpack_require__(8179);
// EXTERNAL MODULE: ./build/journal.js
var journal = __webpack_require__(7999);
// EXTERNAL MODULE: ./build/clock.js
var clock = __webpack_require__(7094);
// EXTERNAL MODULE: ./build/errors.js
var errors = __webpack_require__(9473);
// EXTERNAL MODULE: ./build/expiry.js
var expiry = __webpack_require__(3345);
// EXTERNAL MODULE: ./build/github-problems.js
var github_problems = __webpack_require__(3902);
// EXTERNAL MODULE: ./build/regeneration.js
var regeneration = __webpack_require__(3777);
// EXTERNAL MODULE: ./build/retry.js
var retry = __webpack_require__(5402);
// EXTERNAL MODULE: ./build/target.js
var target = __webpack_require__(2631);
// EXTERNAL MODULE: ./build/text.js
var build_text = __webpack_require__(977);
// EXTERNAL MODULE: ./build/thousandeyes-problems.js
var thousandeyes_problems = __webpack_require__(8819);
;// CONCATENATED MODULE: ./build/recovery.js









/** How long the post step waits for a main that still lives: its longest single wait, the one for the token's answer. */
const waitForMain = 150 * clock/* second */.Rc;
const pollEvery = clock/* second */.Rc / 4;
/** Finishes what the journal says is pending. Running it twice does no harm: a sealed value may be written again. */
async function recover(ports) {
    const record = await settledRecord(ports);
    if (record === undefined)
        return undefined;
    const warnings = await removeWriteTests(record, ports);
    const end = (headline, problems, stored = []) => {
        if (problems.length === 0)
            ports.journal.remove();
        return { headline, stored, problems, warnings };
    };
    const [home] = record.header.targets;
    if (home === undefined)
        return undefined;
    const lives = ports.isAlive(record.header.pid);
    if (record.refused) {
        const until = record.issued?.previousValidUntil ?? ports.clock.now() + regeneration/* overlap */.EF;
        const why = 'ThousandEyes refuses it, as the main step noted before it ended';
        return end('A new token was issued, but it does not work; the old one stays in place.', [
            (0,thousandeyes_problems/* newTokenRefused */._H)(why, home, home.shown, until),
        ]);
    }
    const sealedHome = record.sealed.get(0);
    if (sealedHome === undefined) {
        if (!record.asked)
            return warnings.length === 0 ? quietly(ports) : end('Nothing was issued.', []);
        return end('A token may have been issued and lost.', [lostWhileAsking(home, lives)]);
    }
    const { stored, problems } = await writePending(record, home, sealedHome, ports);
    const headline = problems.length === 0
        ? 'The post step finished what the main step had left.'
        : 'The post step could not finish all that the main step had left.';
    return end(headline, problems, stored);
}
/** The journal once main has ended, or once the patience with it has: then it is closed, so that a late main never asks. */
async function settledRecord({ read, journal, isAlive, clock, cancellation, }) {
    const end = clock.now() + waitForMain;
    for (;;) {
        const record = read();
        if (record === undefined || !isAlive(record.header.pid))
            return read();
        if (clock.now() >= end || cancellation.now.aborted) {
            journal.flush({ kind: 'closed' });
            return read();
        }
        await clock.sleep(pollEvery, cancellation.now);
    }
}
function quietly({ journal }) {
    journal.remove();
}
async function removeWriteTests({ testing }, { secrets, journal }) {
    const left = await Promise.all(testing.map(async (store) => {
        const answer = await secrets.removeWriteTest(store);
        if (answer === undefined)
            journal.note({ kind: 'tested', store });
        return answer === undefined
            ? undefined
            : `The secret ${target/* writeTestName */.rG} of a write test could not be deleted (GitHub: ${answer.said}). It holds nothing of value; delete it by hand.`;
    }));
    return left.filter((warning) => warning !== undefined);
}
/** The home first, and the others only when it is written: no target is ever ahead of it. */
async function writePending(record, home, sealedHome, ports) {
    const validity = record.issued ?? { previousValidUntil: ports.clock.now() + regeneration/* overlap */.EF };
    const stored = [];
    const problems = [];
    const write = async (target, number, body, limits, todo) => {
        const problem = await writeOne(target, number, body, limits, todo, ports);
        if (problem === undefined)
            stored.push(target.shown);
        else
            problems.push(problem);
    };
    if (!record.stored.has(0)) {
        ports.announce({ target: home, shown: home.shown, body: sealedHome, validity });
        await write(home, 0, sealedHome, retry/* patience */._.home, `The new token is sealed in the job summary, below "Finish by hand" (in the log, where the summary can't be written): run the command there by ${(0,build_text/* minuteOf */.iA)(validity.previousValidUntil)}, then this workflow with \`mode: sync\`.`);
        if (problems.length > 0)
            return { stored, problems };
    }
    const pending = record.header.targets
        .map((target, number) => ({ target, number, body: record.sealed.get(number) }))
        .filter(({ number }) => number > 0 && !record.stored.has(number));
    const todo = 'The home holds the new token. When the cause is mended, run this workflow with `mode: sync`.';
    await Promise.all(pending.map(({ target, number, body }) => body === undefined ? undefined : write(target, number, body, retry/* patience */._.other, todo)));
    const unsealed = pending.filter(({ body }) => body === undefined).length;
    if (unsealed > 0)
        problems.push(neverSealed(unsealed, home));
    const late = await writeExpiry(record, home, validity, ports);
    if (late !== undefined)
        problems.push(late);
    return { stored, problems };
}
async function writeOne(target, number, body, limits, todo, { secrets, journal, asker }) {
    const written = await secrets.writeBody(target, body, limits);
    if ('status' in written) {
        journal.flush({ kind: 'stored', target: number });
        return undefined;
    }
    const problem = (0,github_problems/* problemWithStore */.Bo)(`Writing ${target.shown}`, written.answer, target.store, asker);
    return new errors/* Problem */.A(problem.tried, problem.cameBack, `${problem.todo} ${todo}`);
}
async function writeExpiry(record, home, { validUntil }, { variables, asker, journal }) {
    const { expiryVariable } = record.header;
    if (expiryVariable === undefined || record.dated)
        return undefined;
    const problem = await (0,expiry/* keepExpiry */.lf)(expiryVariable, validUntil, { target: home, access: home.access }, asker, variables);
    if (problem === undefined)
        journal.note({ kind: 'dated' });
    return problem;
}
function neverSealed(count, home) {
    return new errors/* Problem */.A(`Finishing ${(0,build_text/* plural */.LS)(count, 'target')}`, 'the main step ended before it sealed the new token for them', `${home.shown} holds the new token. Run this workflow with \`mode: sync\`, which writes it to all others.`);
}
function lostWhileAsking(home, mainLives) {
    const happened = mainLives
        ? 'the main step still waits for the answer, and the post step can wait no longer'
        : 'the main step was killed while it waited for the answer';
    return new errors/* Problem */.A('Asking ThousandEyes for a new token (POST /api-tokens)', `${happened}; a token may have been issued and lost`, `To tell, start this workflow again: if it rotates, nothing was lost; if it gets 409, a token was issued and lost. The token in use still works, for 14 days at most in that case. ${(0,thousandeyes_problems/* recoveryByHand */.mH)(home)}`);
}

// EXTERNAL MODULE: ./build/report.js
var report = __webpack_require__(2200);
// EXTERNAL MODULE: ./build/secret.js
var secret = __webpack_require__(5714);
// EXTERNAL MODULE: ./build/summary.js + 1 modules
var summary = __webpack_require__(6031);
// EXTERNAL MODULE: ./build/workflow.js
var workflow = __webpack_require__(8375);
;// CONCATENATED MODULE: ./build/post-step.js









/** The post step. Never throws: whatever happens is told, and fails the step. */
async function postStep(runner, path) {
    const [token, credential] = [secretFrom(runner, 'thousandeyes-token'), secretFrom(runner, 'github-token')];
    workflow/* workflow */.k.mask(token);
    workflow/* workflow */.k.mask(credential);
    try {
        await finish(runner, credential, path);
    }
    catch (error) {
        workflow/* workflow */.k.fail();
        workflow/* workflow */.k.error(`The post step met an error that should not happen (${(0,build_text/* quote */.hD)(error instanceof Error ? error.message : '', 200)}). If the job summary has a section "Finish by hand", run its command.`);
    }
}
function secretFrom(runner, input) {
    return new secret/* Secret */.zh(runner.input(input) ?? '');
}
/** Finishes what a journal says is pending. The API's URL comes from the inputs. */
async function finish(runner, credential, path) {
    const githubUrl = (runner.input('github-api-url') || runner.githubUrl).replace(/\/+$/, '');
    const header = (0,journal/* readJournal */.a0)(path)?.header;
    if (header === undefined)
        return;
    const hidden = hiddenIn(header);
    const connections = (0,build_connections/* connect */.N)(githubUrl, credential, hidden.log(workflow/* workflow */.k), header.targets.length);
    let announced;
    const recovered = await recover({
        ...connections,
        read: () => (0,journal/* readJournal */.a0)(path),
        journal: (0,journal/* openJournal */._0)(path),
        isAlive,
        asker: (0,build_connections/* askerOf */.Y)(credential, header.targets),
        announce: (recovery) => {
            announced = recovery.shown;
            if (!workflow/* workflow */.k.summary((0,summary/* recoverySection */.VY)(recovery, githubUrl)))
                (0,report/* logRecovery */.uB)(recovery, githubUrl, workflow/* workflow */.k);
        },
    });
    if (recovered !== undefined)
        tell(recovered, announced, hidden);
}
/** @param announced the home, where the summary says by now how to finish it by hand */
function tell({ headline, stored, problems, warnings: remarks }, announced, hidden) {
    const discreet = problems.map((problem) => hidden.inProblem(problem));
    const messages = discreet.map(({ message }) => message);
    const warnings = remarks.map((warning) => hidden.in(warning));
    const isHomeStored = stored.some((shown) => shown === announced);
    workflow/* workflow */.k.summary((0,summary/* sections */.V0)([
        `### ${problems.length > 0 ? '❌' : '✅'} ThousandEyes token: ${headline}`,
        isHomeStored ? 'Nothing is left to finish by hand: the home is written.' : undefined,
        (0,summary/* bullets */.e5)('Stored by the post step', stored),
        (0,summary/* whatToDo */.H6)(discreet),
        (0,summary/* bullets */.e5)('Note', warnings),
    ]), 
    // A command that is not needed any more would be run by someone in a hurry.
    isHomeStored ? 'replace' : 'append');
    workflow/* workflow */.k.info(headline);
    if (stored.length > 0)
        workflow/* workflow */.k.info(`Stored: ${stored.join(', ')}`);
    (0,report/* annotate */.fz)(warnings, (text) => workflow/* workflow */.k.warning(text), workflow/* workflow */.k);
    (0,report/* annotate */.fz)(messages, (text) => workflow/* workflow */.k.error(text), workflow/* workflow */.k);
    if (problems.length > 0)
        workflow/* workflow */.k.fail();
}
/** Main shows a target by another name than its own where that must not be read. */
function hiddenIn({ targets }) {
    const hidden = new hidden_names/* HiddenNames */.B();
    for (const { store, shown } of targets) {
        // Only a pattern has a star.
        if ('repository' in store && shown.includes('*'))
            hidden.hide(`${store.owner}/${store.repository}`, shown);
    }
    return hidden;
}
/** A process that may not be signalled lives, too. */
function isAlive(pid) {
    try {
        process.kill(pid, 0);
        return true;
    }
    catch (error) {
        return error.code === 'EPERM';
    }
}


/***/ })

};

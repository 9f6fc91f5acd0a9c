// CommonJS, because Jest loads a filter by `require` and calls what that gives.
const { relative } = require('node:path');

/** Jest's filter: of the test files that Jest found, those that `own-tests-first.ts` named; all where it named none. */
module.exports = async function chosen(paths) {
  const names = process.env.MUTATION_TESTS?.split('\n');
  const isChosen = (path) => names?.includes(relative(process.cwd(), path)) ?? true;
  return { filtered: paths.filter(isChosen) };
};

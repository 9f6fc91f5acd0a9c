// An entry of its own, so that a main that was killed before it left any state is not started again as post.
process.env.STATE_isPost = 'true';
await import(/* webpackIgnore: true */ './index.js');

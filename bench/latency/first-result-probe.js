// A process that compresses one request and says when it got how far. JavaScript: no loader's time is counted.
const marks = { "starting Node": performance.timeOrigin + performance.now() };
const request = JSON.parse(process.argv[2] ?? "{}");
/** @param {string} name */
const mark = (name) => Object.assign(marks, { [name]: performance.timeOrigin + performance.now() });

const { createSieve } = await import(request.library);
mark("importing the package");
const sieve = await createSieve(request.sieve);
mark("opening the model");
await sieve.compress(request.compress);
mark("the first request");
process.stdout.write(JSON.stringify(marks));
await sieve.dispose();

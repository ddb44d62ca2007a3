// Runs one execution. The first line of standard input is {definition, input,
// context}; each later one answers a task, {id, result} or {id, error: {Error,
// Cause}}, or stops the execution, {abort: true}. Standard output has a line for each
// event, each task, each task that is no longer waited for, and for the end.
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';

const require = createRequire(`${process.cwd()}/`);
// The interpreter can call AWS Lambda itself. Here nothing may, and not loading it saves a third of the start.
for (const name of ['@aws-sdk/client-lambda', '@aws-sdk/credential-providers']) require.cache[require.resolve(name)] = { exports: {}, loaded: true };
const { StateMachine, ExecutionAbortedError, ExecutionTimeoutError } = require('aws-local-stepfunctions');

// The interpreter finds nothing at "$" if that is null, false, 0 or "".
const jsonpath = require('jsonpath-plus');
const query = jsonpath.JSONPath;
jsonpath.JSONPath = (options) => (options.path === '$' ? options.json : query(options));

// AWS waits for a task up to 99,999,999 s; no timer of Node.js can be set to more than this.
const longestTimeout = 2147483;
// "Service quotas", AWS Step Functions Developer Guide: the input or output of a state, as UTF-8.
const maxPayloadBytes = 256 * 1024;
// No Retry and no Catch of AWS sees these, not even one for States.ALL.
const terminal = ['States.Runtime', 'States.DataLimitExceeded'];

const send = (message, done) => process.stdout.write(`${JSON.stringify(message)}\n`, done);
const isTooLarge = (value) => Buffer.byteLength(JSON.stringify(value)) > maxPayloadBytes;
const turnOfEventLoop = () => new Promise(setImmediate);

function taskError(name, cause) {
  const error = new Error(cause);
  error.name = name;
  error.isCatchable = error.isRetryable = !terminal.includes(name);
  return error;
}

const tooLarge = (state) =>
  taskError('States.DataLimitExceeded', `The state '${state}' has an input or output of more than ${maxPayloadBytes} bytes.`);

// The interpreter takes a test for false as one that never holds.
function testsAsAWS(rule) {
  for (const name of ['And', 'Or']) rule[name] &&= rule[name].map(testsAsAWS);
  rule.Not &&= testsAsAWS(rule.Not);
  const test = Object.keys(rule).find((name) => name.startsWith('Is') && rule[name] === false);
  if (!test) return rule;
  const { Next, Comment, ...rest } = rule;
  return { Next, Comment, Not: { ...rest, [test]: true } };
}

function asAWS(definition) {
  for (const state of Object.values(definition.States)) {
    if (state.Type === 'Task') state.TimeoutSeconds = Math.min(state.TimeoutSeconds ?? longestTimeout, longestTimeout);
    if (state.Type === 'Choice') state.Choices = state.Choices.map(testsAsAWS);
    // The interpreter takes "$" for the name of a field; without a path it does what "$" says.
    for (const holder of [state, ...(state.Catch ?? [])]) if (holder.ResultPath === '$') delete holder.ResultPath;
  }
  return definition;
}

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const { definition, input, context } = JSON.parse((await lines.next()).value);

let failure; // What ends the execution although no task and no state threw it.
let tasks = 0;
const waiting = new Map(); // By the task's id: {state, resolve, reject}.

function ask(state) {
  return async (parameters) => {
    await turnOfEventLoop(); // Lets the events before this be looked at.
    if (failure || isTooLarge(parameters)) throw failure ?? tooLarge(state);
    const { promise, resolve, reject } = Promise.withResolvers();
    waiting.set(++tasks, { state, resolve, reject });
    send({ task: { id: tasks, state, parameters } });
    return promise;
  };
}

const taskStates = Object.entries(definition.States).filter(([, state]) => state.Type === 'Task');
const execution = new StateMachine(asAWS(definition), { validationOptions: { checkArn: false } }).run(input, {
  context,
  overrides: { taskResourceLocalHandlers: Object.fromEntries(taskStates.map(([name]) => [name, ask(name)])) },
});

async function followAnswers() {
  for (let line = await lines.next(); !line.done; line = await lines.next()) {
    const { abort, id, result, error } = JSON.parse(line.value);
    const task = waiting.get(id);
    waiting.delete(id);
    if (abort) execution.abort();
    else if (error) task?.reject(taskError(error.Error, error.Cause));
    else if (isTooLarge(result)) task?.reject(tooLarge(task.state));
    else task?.resolve(result);
  }
}

async function followEvents() {
  for await (const { type, state, Error, Cause } of execution.eventLogs) {
    send({ event: { type, state: state?.name, error: Error, cause: Error && String(Cause) } });
    if (state && (isTooLarge(state.input) || (state.output !== undefined && isTooLarge(state.output)))) {
      failure = tooLarge(state.name);
      execution.abort();
    }
    if (type === 'StateFailed' && Error === 'States.Timeout') {
      for (const [id, task] of waiting) {
        if (task.state !== state.name) continue;
        waiting.delete(id);
        send({ cancel: id });
      }
    }
  }
}

function failed(error) {
  return { status: 'FAILED', error: error.name, cause: error.message };
}

async function outcome() {
  try {
    return { status: 'SUCCEEDED', output: await execution.result };
  } catch (error) {
    if (error instanceof ExecutionTimeoutError) return { status: 'TIMED_OUT', error: 'States.Timeout' };
    if (error instanceof ExecutionAbortedError) return failure ? failed(failure) : { status: 'ABORTED' };
    return failed(error.cause ?? error);
  }
}

followAnswers();
const [end] = await Promise.all([outcome(), followEvents()]);
send({ end }, () => process.exit());

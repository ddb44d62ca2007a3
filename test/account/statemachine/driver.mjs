// Runs executions, as many at once as it is asked for. A line of standard input starts
// one, {run, definition, input, context, unchecked, skipWaits}; answers a task of it, {run, id,
// result} or {run, id, error: {Error, Cause}}, or says that nothing ever will, {run, id,
// hangs: true}; or stops it, {run, abort: true}. Standard output has a line, with its run,
// for each event, each task, each task whose state timed out, and for the end, or
// for what is wrong with the definition. It ends with its input.
import { AsyncLocalStorage } from 'node:async_hooks';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';

const require = createRequire(`${process.cwd()}/`);
// The interpreter can call AWS Lambda itself. Here nothing may, and not loading it saves a third of the start.
for (const name of ['@aws-sdk/client-lambda', '@aws-sdk/credential-providers']) require.cache[require.resolve(name)] = { exports: {}, loaded: true };
// The interpreter begins the next item of a Map although the one before failed. Here they come one after
// the other, whatever MaxConcurrency says: check.go wants it to be 1.
const oneAfterTheOther = () => {
  let before = Promise.resolve();
  return (process) => (before = before.then(process));
};
require.cache[require.resolve('p-limit')] = { exports: oneAfterTheOther, loaded: true };
const { StateMachine, ExecutionAbortedError, ExecutionTimeoutError } = require('aws-local-stepfunctions');

// The interpreter finds nothing at "$" if that is null, false, 0 or "".
const jsonpath = require('jsonpath-plus');
const query = jsonpath.JSONPath;
jsonpath.JSONPath = (options) => (options.path === '$' ? options.json : query(options));

// To collect a stack takes longer than a state, and jsonpath-plus throws an error to return a result.
Error.stackTraceLimit = 1;

// AWS waits for a task up to 99,999,999 s; no timer of Node.js can be set to more than this.
const longestTimeout = 2147483;
// "Service quotas", AWS Step Functions Developer Guide: the input or output of a state, as UTF-8.
const maxPayloadBytes = 256 * 1024;
// No Retry and no Catch of AWS sees these, not even one for States.ALL.
const terminal = ['States.Runtime', 'States.DataLimitExceeded'];

// Lines are written together once a turn of the event loop, because each write is a system call.
let unsent = '';
function flush() {
  process.stdout.write(unsent);
  unsent = '';
}
function send(message) {
  if (!unsent) setImmediate(flush);
  unsent += `${JSON.stringify(message)}\n`;
}
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

// All states by their names, also those inside of a Map.
const statesOf = (definition) => Object.entries(definition.States).flatMap(([name, state]) => [[name, state], ...(state.ItemProcessor ? statesOf(state.ItemProcessor) : [])]);

function asAWS(definition) {
  for (const [, state] of statesOf(definition)) {
    if (state.Type === 'Task') state.TimeoutSeconds = Math.min(state.TimeoutSeconds ?? longestTimeout, longestTimeout);
    if (state.Type === 'Choice') state.Choices = state.Choices.map(testsAsAWS);
    // The interpreter takes "$" for the name of a field; without a path it does what "$" says.
    for (const holder of [state, ...(state.Catch ?? [])]) if (holder.ResultPath === '$') delete holder.ResultPath;
  }
  return definition;
}

// By the text of their definition: to check one takes longer than to run it.
const machines = new Map();

function machineOf(definition, unchecked) {
  const text = JSON.stringify(definition);
  if (!machines.has(text)) machines.set(text, new StateMachine(asAWS(definition), { validationOptions: { checkArn: false, noValidate: unchecked } }));
  return machines.get(text);
}

// A run that skips waits has a clock of its own. Whenever the run has only its timers to wait for, the
// clock goes forward to the first of them.
class Clock {
  now = 0;
  timers = new Set();

  constructor(isBusy) {
    this.isBusy = isBusy;
  }

  setTimeout(callback, delay) {
    const timer = { clock: this, callback, at: this.now + delay };
    this.timers.add(timer);
    this.goOn();
    return timer;
  }

  async goOn() {
    await turnOfEventLoop();
    const [first] = [...this.timers].sort((a, b) => a.at - b.at);
    if (!first || this.isBusy()) return;
    this.timers.delete(first);
    this.now = first.at;
    first.callback();
    this.goOn();
  }
}

const clocks = new AsyncLocalStorage();
const { setTimeout: setRealTimeout, clearTimeout: clearRealTimeout } = globalThis;
globalThis.setTimeout = (callback, delay) => clocks.getStore()?.setTimeout(callback, delay) ?? setRealTimeout(callback, delay);
globalThis.clearTimeout = (timer) => (timer?.clock ? timer.clock.timers.delete(timer) : clearRealTimeout(timer));

class Run {
  failure; // What ends the execution although no task and no state threw it.
  tasks = 0;
  asking = 0;
  waiting = new Map(); // By the task's id: {state, hangs, resolve, reject}.

  constructor({ run, definition, input, context, unchecked, skipWaits }) {
    this.send = (message) => send({ run, ...message });
    const machine = machineOf(definition, unchecked);
    const taskStates = statesOf(machine.definition).filter(([, state]) => state.Type === 'Task');
    const options = { context, overrides: { taskResourceLocalHandlers: Object.fromEntries(taskStates.map(([name]) => [name, this.ask(name)])) } };
    this.clock = skipWaits ? new Clock(() => this.asking || [...this.waiting.values()].some((task) => !task.hangs)) : undefined;
    this.execution = clocks.run(this.clock, () => machine.run(input, options));
  }

  ask(state) {
    return async (parameters) => {
      this.asking++;
      await turnOfEventLoop(); // Lets the events before this be looked at.
      this.asking--;
      if (this.failure || isTooLarge(parameters)) throw this.failure ?? tooLarge(state);
      const { promise, resolve, reject } = Promise.withResolvers();
      this.waiting.set(++this.tasks, { state, resolve, reject });
      this.send({ task: { id: this.tasks, state, parameters } });
      return promise;
    };
  }

  answer({ abort, id, result, error, hangs }) {
    const task = this.waiting.get(id);
    if (hangs && task) {
      task.hangs = true;
      this.clock?.goOn();
      return;
    }
    this.waiting.delete(id);
    if (abort) this.execution.abort();
    else if (error) task?.reject(taskError(error.Error, error.Cause));
    else if (isTooLarge(result)) task?.reject(tooLarge(task.state));
    else task?.resolve(result);
  }

  async followEvents() {
    for await (const { type, state, Error, Cause } of this.execution.eventLogs) {
      this.send({ event: { type, state: state?.name, error: Error, cause: Error && String(Cause) } });
      if (state && (isTooLarge(state.input) || (state.output !== undefined && isTooLarge(state.output)))) {
        this.failure = tooLarge(state.name);
        this.execution.abort();
      }
      if (type === 'StateFailed' && Error === 'States.Timeout') {
        for (const [id, task] of this.waiting) {
          if (task.state !== state.name) continue;
          this.waiting.delete(id);
          this.send({ timedOut: id });
        }
      }
    }
  }

  async outcome() {
    try {
      return { status: 'SUCCEEDED', output: await this.execution.result };
    } catch (error) {
      if (error instanceof ExecutionTimeoutError) return { status: 'TIMED_OUT', error: 'States.Timeout' };
      if (error instanceof ExecutionAbortedError) return this.failure ? failed(this.failure) : { status: 'ABORTED' };
      return failed(error.cause ?? error);
    }
  }
}

function failed(error) {
  return { status: 'FAILED', error: error.name, cause: error.message };
}

const runs = new Map();

async function start(message) {
  try {
    const run = new Run(message);
    runs.set(message.run, run);
    const [end] = await Promise.all([run.outcome(), run.followEvents()]);
    run.send({ end });
  } catch (error) {
    send({ run: message.run, failure: error.message });
  }
  runs.delete(message.run);
}

for await (const line of createInterface({ input: process.stdin })) {
  const message = JSON.parse(line);
  if (message.definition) start(message);
  else runs.get(message.run)?.answer(message);
}
flush();
process.exit();

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { followClock, openClock, playDays } from '../../sandbox/clock.js';

const hour = 3_600_000;

async function dataDir(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'broadsheet-clock-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  return directory;
}

it("shows this machine's time until it is set forward, and stays ahead over a restart", async () => {
  const directory = await dataDir();
  const clock = await openClock(directory);
  const before = Date.now();
  expect(clock.now().getTime()).toBeGreaterThanOrEqual(before);
  expect(clock.now().getTime()).toBeLessThanOrEqual(Date.now());
  let told = 0;
  clock.onAdvance(() => {
    told += 1;
  });
  const goal = new Date(Date.now() + 48 * hour);
  await clock.advanceTo(goal);
  expect(told).toBe(1);
  const again = await openClock(directory);
  for (const one of [clock, again]) {
    expect(one.now().getTime() - Date.now()).toBeGreaterThan(47 * hour);
    expect(one.now().getTime()).toBeGreaterThanOrEqual(goal.getTime());
  }
});

it('is followed by a process beside the service, whenever it is set', async () => {
  const directory = await dataDir();
  const followed = followClock(directory);
  const clock = await openClock(directory);
  for (const hours of [48, 72]) {
    await clock.advanceTo(new Date(Date.now() + hours * hour));
    expect(followed().getTime() - Date.now()).toBeGreaterThan((hours - 1) * hour);
  }
});

it('never goes back', async () => {
  const clock = await openClock(await dataDir());
  await clock.advanceTo(new Date(Date.now() + 2 * hour));
  await expect(clock.advanceTo(new Date(Date.now() + hour))).rejects.toThrow('only goes forward');
  await expect(clock.advanceTo(new Date(Number.NaN))).rejects.toThrow('only goes forward');
});

it('plays days from one close to the next, with an article now and then, and waits for each', async () => {
  const clock = await openClock(await dataDir());
  const start = clock.now().getTime();
  let next = start + 5 * hour;
  const closed: number[] = [];
  const published: number[] = [];
  const sent: number[] = [];
  // A service that needs a while to close each window, and to send what was in it.
  clock.onAdvance(() => {
    if (clock.now().getTime() < next) return;
    setTimeout(() => {
      closed.push(next);
      next += 24 * hour;
      setTimeout(() => sent.push(clock.now().getTime()), 20);
    }, 20);
  });
  await playDays(6, {
    clock,
    signal: new AbortController().signal,
    nextWindow: async () => new Date(next),
    publish: async () => void published.push(clock.now().getTime()),
    quiet: async () => sent.length === closed.length,
  });
  expect(sent.map((at) => Math.floor((at - start) / hour) % 24)).toEqual(closed.map(() => 5));
  expect(closed).toEqual(Array.from({ length: 6 }, (_, n) => start + 5 * hour + n * 24 * hour));
  expect(published).toHaveLength(3);
  expect(clock.now().getTime()).toBeGreaterThanOrEqual(start + 6 * 24 * hour);
});

it('stops playing when it is told to', async () => {
  const clock = await openClock(await dataDir());
  const stop = new AbortController();
  await playDays(30, {
    clock,
    signal: stop.signal,
    nextWindow: async () => new Date(clock.now().getTime() + hour),
    publish: async () => stop.abort(),
    quiet: async () => true,
  });
  expect(clock.now().getTime()).toBeLessThan(Date.now() + 3 * hour);
});

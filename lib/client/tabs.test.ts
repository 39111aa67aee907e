import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { shareAmongTabs, type TabChannel } from './tabs.ts';

/** The tabs of one browser; a frozen one neither hears nor is heard. */
const browser = () => {
  const channels = new Map<string, TabChannel>();
  const frozen = new Set<string>();
  const leading = new Set<string>();
  const heard: string[] = [];
  const tellers = new Map<string, (text: string) => void>();
  const open = (name: string) => {
    const channel: TabChannel = {
      onmessage: null,
      postMessage: (message) => {
        if (frozen.has(name)) return;
        for (const [other, { onmessage }] of [...channels])
          if (other !== name && !frozen.has(other))
            onmessage?.({ data: structuredClone(message) } as MessageEvent);
      },
      close: () => channels.delete(name),
    };
    channels.set(name, channel);
    return shareAmongTabs<string>(
      {
        lead: (tell) => {
          leading.add(name);
          tellers.set(name, tell);
          return () => leading.delete(name);
        },
        hear: (text) => heard.push(`${name}: ${text}`),
      },
      channel,
      name,
    );
  };
  return { open, frozen, leading, heard, tell: (name: string, text: string) => tellers.get(name)?.(text) };
};

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('tabs of one browser', () => {
  it('one of ten leads, and all hear what it tells', () => {
    const tabs = browser();
    const names = [...'abcdefghij'];
    const ends = names.map((name) => tabs.open(name));
    vi.advanceTimersByTime(20_000);
    expect(tabs.leading.size).toBe(1);
    tabs.tell([...tabs.leading][0]!, 'news');
    expect(tabs.heard.sort()).toEqual(names.map((name) => `${name}: news`));
    for (const end of ends) end();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('a tab that comes later leaves the one that leads alone', () => {
    const tabs = browser();
    tabs.open('a');
    vi.advanceTimersByTime(1000);
    tabs.open('z');
    vi.advanceTimersByTime(30_000);
    expect([...tabs.leading]).toEqual(['a']);
  });

  it('when the one that leads is closed another one takes over at once', () => {
    const tabs = browser();
    const end = tabs.open('a');
    vi.advanceTimersByTime(1000);
    tabs.open('b');
    tabs.open('c');
    vi.advanceTimersByTime(1000);
    end();
    expect(tabs.leading.size).toBe(0);
    vi.advanceTimersByTime(500);
    expect(tabs.leading.size).toBe(1);
  });

  it('one that is frozen is replaced, and gives way when it wakes up', () => {
    const tabs = browser();
    tabs.open('z');
    vi.advanceTimersByTime(1000);
    tabs.open('b');
    vi.advanceTimersByTime(1000);
    tabs.frozen.add('z');
    vi.advanceTimersByTime(7000);
    expect([...tabs.leading].sort()).toEqual(['b', 'z']);
    tabs.frozen.delete('z');
    tabs.tell('z', 'late news');
    expect([...tabs.leading]).toEqual(['b']);
    tabs.heard.length = 0;
    tabs.tell('z', 'never');
    tabs.tell('b', 'news');
    expect(tabs.heard.sort()).toEqual(['b: news', 'z: news']);
  });

  it('two that begin in the same moment agree on one', () => {
    const tabs = browser();
    tabs.frozen.add('a');
    tabs.open('a');
    tabs.open('b');
    vi.advanceTimersByTime(400);
    expect(tabs.leading.size).toBe(2);
    tabs.frozen.clear();
    vi.advanceTimersByTime(2500);
    expect([...tabs.leading]).toEqual(['b']);
  });
});

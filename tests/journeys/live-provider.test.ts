import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ChannelDetail, ImportResult } from '../../lib/contract/channels.ts';
import type { StreamDetail, StreamsStatus } from '../../lib/contract/streams.ts';
import { panelFor } from '../support/panel.ts';
import { MarkedViewer } from '../support/provider/marks.ts';
import { Provider } from '../support/provider/provider.ts';
import { seesWithin } from '../support/time-limits.ts';
import { until } from '../support/until.ts';

const ACCOUNT = 'single';

let provider: Provider;
beforeAll(async () => {
  provider = await Provider.start();
  provider.limit(ACCOUNT, 1);
});
afterAll(() => provider.close());
const panel = panelFor({ beforeAll, afterAll }, () => ({
  pages: false,
  env: { ALLOW_SOURCES: `127.0.0.1/32:${provider.port}` },
}));

const viewerOf = (channel: ChannelDetail) => new MarkedViewer(new URL(channel.urls.ts, panel.base).href);
const detail = async (channel: ChannelDetail) =>
  (await panel.client.get<StreamDetail>(`/api/streams/${channel.num}/status`)).body;
const nobody = (channel: ChannelDetail) =>
  until('nobody watches', async () => (await detail(channel)).clients === 0);

async function channelNamed(name: string): Promise<ChannelDetail> {
  const { items } = (
    await panel.client.get<{ items: ChannelDetail[] }>(`/api/v1/channels?search=${encodeURIComponent(name)}`)
  ).body;
  return (await panel.client.get<ChannelDetail>(`/api/v1/channels/${items[0]!.id}`)).body;
}

test('SRC-12: a list whose account has one connection is zapped through without waiting, and never overdrawn', async () => {
  const text = [
    '#EXTM3U',
    '#EXTINF:-1,Satu',
    provider.ts('small.one', ACCOUNT),
    '#EXTINF:-1,Dua',
    provider.ts('b.two', ACCOUNT),
  ].join('\n');
  const list = { text, name: 'Satelit', maxConnections: 1 };
  const imported = await panel.client.post<ImportResult>('/api/v1/channels/import', list);
  expect(imported.body).toMatchObject({ added: 2 });
  const [one, two] = [await channelNamed('Satu'), await channelNamed('Dua')];
  for (const [channel, clip] of [
    [one, 'small'],
    [two, 'b'],
    [one, 'small'],
  ] as const) {
    const viewer = viewerOf(channel);
    await seesWithin(viewer, clip, 3000);
    viewer.leave();
    await nobody(channel);
  }
  const watching = viewerOf(one);
  await seesWithin(watching, 'small', 3000);
  const refused = await panel.client.raw(two.urls.ts);
  expect(refused.status).toBe(503);
  expect(await refused.text()).toContain('All connections of Satelit are in use by Satu');
  watching.leave();
  expect(provider.counts.of(`account ${ACCOUNT}`)).toMatchObject({ peak: 1, refused: 0 });
});

test('S1.7, S1.10: a running channel takes its new sources and its new idle time without a stop', async () => {
  const made = await panel.client.post<ChannelDetail>('/api/v1/channels', {
    name: 'Tiga',
    sources: [{ url: provider.ts('small.three') }],
  });
  const viewer = viewerOf(made.body);
  await seesWithin(viewer, 'small', 5000);
  const path = `/api/v1/channels/${made.body.id}`;
  await panel.client.call('PATCH', path, { sources: [{ url: provider.ts('b.three') }] });
  await seesWithin(viewer, 'b', 5000);
  await panel.client.call('PATCH', path, { settings: { idleTimeoutSeconds: 1 } });
  viewer.leave();
  const stopped = async () => {
    const { streams } = (await panel.client.get<StreamsStatus>('/api/streams/status')).body;
    return !streams.some((stream) => stream.channel_id === made.body.id);
  };
  await until('the stream stops after its own idle time', stopped);
  expect(provider.counts.of('b.three')).toMatchObject({ open: 0, peak: 1 });
});

test('S1.7: an admin goes to another source by hand, and the history says so', async () => {
  const made = await panel.client.post<ChannelDetail>('/api/v1/channels', {
    name: 'Empat',
    sources: [{ url: provider.ts('small.four') }, { url: provider.ts('b.four') }],
  });
  const viewer = viewerOf(made.body);
  await seesWithin(viewer, 'small', 5000);
  const answer = await panel.client.post(`/api/streams/${made.body.num}/switch`, { position: 1 });
  expect(answer.body).toEqual({ switched: true });
  await seesWithin(viewer, 'b', 5000);
  const { switches, sources } = await detail(made.body);
  expect(switches).toMatchObject([{ from_position: 0, to_position: 1, cause: 'asked' }]);
  expect(sources.map(({ state }) => state)).toEqual(['standby', 'playing']);
  const again = await panel.client.post<{ error: { code: string } }>(`/api/streams/${made.body.num}/switch`, {
    position: 1,
  });
  expect([again.status, again.body.error.code]).toEqual([409, 'SOURCE_SWITCH_REFUSED']);
  viewer.leave();
});

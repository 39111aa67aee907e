import { describe, expect, it } from 'vitest';
import type { ChannelDetail } from '../../lib/contract/channels.ts';
import { ChannelForm, emptyForm, formOf, pathFromName, toCreate, toPatch } from './channel-form-schema.ts';

const A = '00000000-0000-7000-8000-00000000000a';
const B = '00000000-0000-7000-8000-00000000000b';
const channel = {
  name: 'Arena 1',
  chno: '101',
  group: 'Sport',
  outputPath: 'arena-1',
  enabled: true,
  settings: { idleTimeoutSeconds: null, segmentSeconds: 4, bufferBytes: null },
  sources: [
    { id: A, url: 'http://a.example/***', position: 0 },
    { id: B, url: 'http://b.example/***', position: 1 },
  ],
} as ChannelDetail;

describe('the form of a channel', () => {
  it.each([
    ['Arena 1 (HD)', 'arena-1-hd'],
    ['  Télé Café ', 'tele-cafe'],
    ['24', ''],
    ['日本', ''],
    ['x'.repeat(90), 'x'.repeat(64)],
  ])('makes of the name %j the path %j', (name, path) => expect(pathFromName(name)).toBe(path));

  it('wants an address for a new source, none for one that exists', () => {
    const base = { ...emptyForm(), name: 'A' };
    const issue = ChannelForm.safeParse({ ...base, sources: [{ sourceId: null, label: '', url: 'arena' }] });
    expect(issue.error?.issues[0]?.path).toEqual(['sources', 0, 'url']);
    expect(ChannelForm.safeParse({ ...base, sources: [{ sourceId: A, label: 'x', url: '' }] }).success).toBe(
      true,
    );
    expect(
      ChannelForm.safeParse({ ...base, sources: [{ sourceId: null, label: '', url: 'ftp://a/b' }] }).success,
    ).toBe(false);
  });

  it('sends empty number and path as none', () => {
    const form = {
      ...emptyForm(),
      name: 'A',
      sources: [{ sourceId: null, label: '', url: 'http://a.example/1.ts' }],
    };
    expect(toCreate(form)).toEqual({
      name: 'A',
      chno: null,
      group: '',
      outputPath: null,
      enabled: true,
      sources: [{ url: 'http://a.example/1.ts', headers: {} }],
      settings: { idleTimeoutSeconds: null, segmentSeconds: null, bufferBytes: null },
    });
  });

  it('sends the stream settings that changed, an emptied one as none (S1.10)', () => {
    const form = formOf(channel);
    expect(form.stream.segmentSeconds).toBe('4');
    const stream = { ...form.stream, idleTimeoutSeconds: '60', segmentSeconds: '' };
    expect(toPatch({ ...form, stream }, channel)).toEqual({
      settings: { idleTimeoutSeconds: 60, segmentSeconds: null },
    });
  });

  it('sends only what changed', () => {
    expect(toPatch(formOf(channel), channel)).toEqual({});
    expect(toPatch({ ...formOf(channel), group: 'News', chno: '' }, channel)).toEqual({
      group: 'News',
      chno: null,
    });
  });

  it('sends the new order of the sources, those that exist by id and new ones by address', () => {
    const form = formOf(channel);
    const [first, second] = form.sources;
    const added = { sourceId: null, label: '', url: 'http://c.example/1.ts' };
    expect(toPatch({ ...form, sources: [second!, added, first!] }, channel)).toEqual({
      sources: [{ id: B }, { url: 'http://c.example/1.ts', headers: {} }, { id: A }],
    });
  });
});

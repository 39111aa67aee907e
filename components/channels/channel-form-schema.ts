import { z } from 'zod';
import type { ChannelCreate, ChannelDetail, ChannelPatch } from '../../lib/contract/channels.ts';
import { isOutputPath } from '../../lib/contract/channels.ts';
import type { StreamSettings } from '../../lib/contract/stream-settings.ts';
import { streamAddress } from '../../lib/formats/m3u/address.ts';
import { StreamForm, streamFormOf, toSettings } from './stream-form.ts';

const isAddress = (text: string): boolean => {
  if (!('url' in streamAddress(text, null))) return false;
  return !/^https?:/i.test(text) || URL.parse(text)?.hostname !== '';
};

/** A source in the form: one that exists (its address stays on the server) or a new address. */
const FormSource = z
  .object({ sourceId: z.string().nullable(), label: z.string(), url: z.string().trim() })
  .refine((source) => source.sourceId !== null || isAddress(source.url), {
    path: ['url'],
    error:
      'This is no address of a stream. It starts with http://, https://, rtmp://, rtsp://, srt:// or udp://.',
  });

export const ChannelForm = z.object({
  name: z.string().trim().min(1, 'Give the channel a name.').max(300),
  chno: z.string().trim().max(20, 'Use at most 20 characters.'),
  group: z.string().trim().max(300),
  outputPath: z
    .string()
    .trim()
    .refine((path) => path === '' || isOutputPath(path), {
      error: 'Use 1 to 64 small letters, digits and dashes; not only digits.',
    }),
  enabled: z.boolean(),
  sources: z.array(FormSource).max(50, 'A channel has at most 50 sources.'),
  stream: StreamForm,
});
export type ChannelForm = z.infer<typeof ChannelForm>;

/** An output path made from a name: "Arena 1 (HD)" → arena-1-hd; empty when nothing usable is left. */
export const pathFromName = (name: string): string => {
  const path = name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 64)
    .replace(/-+$/, '');
  return isOutputPath(path) ? path : '';
};

export const emptyForm = (): ChannelForm => ({
  name: '',
  chno: '',
  group: '',
  outputPath: '',
  enabled: true,
  sources: [{ sourceId: null, label: '', url: '' }],
  stream: streamFormOf(null),
});

export const formOf = (channel: ChannelDetail): ChannelForm => ({
  name: channel.name,
  chno: channel.chno ?? '',
  group: channel.group,
  outputPath: channel.outputPath ?? '',
  enabled: channel.enabled,
  sources: channel.sources.map((source) => ({ sourceId: source.id, label: source.url, url: '' })),
  stream: streamFormOf(channel.settings),
});

const orNull = (text: string): string | null => (text === '' ? null : text);

export const toCreate = (form: ChannelForm): ChannelCreate => ({
  name: form.name,
  chno: orNull(form.chno),
  group: form.group,
  outputPath: orNull(form.outputPath),
  enabled: form.enabled,
  sources: form.sources.map((source) => ({ url: source.url, headers: {} })),
  settings: toSettings(form.stream),
});

/** Only what differs from the channel as it was read, so that nothing else counts as changed by hand. */
export const toPatch = (form: ChannelForm, before: ChannelDetail): ChannelPatch => {
  const was = formOf(before);
  const patch: ChannelPatch = {};
  if (form.name !== was.name) patch.name = form.name;
  if (form.chno !== was.chno) patch.chno = orNull(form.chno);
  if (form.group !== was.group) patch.group = form.group;
  if (form.outputPath !== was.outputPath) patch.outputPath = orNull(form.outputPath);
  if (form.enabled !== was.enabled) patch.enabled = form.enabled;
  const settings = changedSettings(form.stream, was.stream);
  if (settings) patch.settings = settings;
  const order = form.sources.map((source) => source.sourceId);
  if (order.includes(null) || order.join() !== was.sources.map((source) => source.sourceId).join()) {
    patch.sources = form.sources.map((source) =>
      source.sourceId === null ? { url: source.url, headers: {} } : { id: source.sourceId },
    );
  }
  return patch;
};

/** The stream settings whose text is another than it was. */
const changedSettings = (form: StreamForm, was: StreamForm): Partial<StreamSettings> | null => {
  const names = (Object.keys(form) as (keyof StreamForm)[]).filter((name) => form[name] !== was[name]);
  if (names.length === 0) return null;
  const all = toSettings(form);
  return Object.fromEntries(names.map((name) => [name, all[name]]));
};

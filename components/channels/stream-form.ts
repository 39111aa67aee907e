import { z } from 'zod';
import { STREAM_BOUNDS, type StreamSettings } from '../../lib/contract/stream-settings.ts';

const KIB = 1024;

type Name = keyof StreamSettings;
type Field = { name: Name; label: string; hint: string; unit: string; scale: number };

/** The stream settings in the order and the units of the form; the buffer is typed in KiB. */
export const STREAM_FIELDS: readonly Field[] = [
  {
    name: 'idleTimeoutSeconds',
    label: 'Idle timeout',
    hint: 'How long it keeps its source without viewers.',
    unit: 's',
    scale: 1,
  },
  {
    name: 'segmentSeconds',
    label: 'Segment length',
    hint: 'Shorter is closer to live, longer is calmer.',
    unit: 's',
    scale: 1,
  },
  {
    name: 'bufferBytes',
    label: 'Relay buffer',
    hint: 'Memory while it runs.',
    unit: 'KiB',
    scale: KIB,
  },
];

const fieldOf = (name: Name): Field => STREAM_FIELDS.find((field) => field.name === name)!;

/** The bounds of a field in its own unit. */
export const boundsOf = (name: Name): { min: number; max: number } => {
  const { scale } = fieldOf(name);
  return { min: STREAM_BOUNDS[name].min / scale, max: STREAM_BOUNDS[name].max / scale };
};

const typed = (name: Name) => {
  const { min, max } = boundsOf(name);
  const { unit } = fieldOf(name);
  return z
    .string()
    .trim()
    .refine((text) => text === '' || (/^\d{1,5}$/.test(text) && Number(text) >= min && Number(text) <= max), {
      error: `Use ${min} to ${max} ${unit}, or leave it empty.`,
    });
};

/** What is typed; an empty field takes the server's value. */
export const StreamForm = z.object({
  idleTimeoutSeconds: typed('idleTimeoutSeconds'),
  segmentSeconds: typed('segmentSeconds'),
  bufferBytes: typed('bufferBytes'),
});
export type StreamForm = z.infer<typeof StreamForm>;

/** A value in the unit of its field. */
export const shownIn = (name: Name, value: number | null): string =>
  value === null ? '' : String(Math.round(value / fieldOf(name).scale));

export const streamFormOf = (settings: StreamSettings | null): StreamForm => ({
  idleTimeoutSeconds: shownIn('idleTimeoutSeconds', settings?.idleTimeoutSeconds ?? null),
  segmentSeconds: shownIn('segmentSeconds', settings?.segmentSeconds ?? null),
  bufferBytes: shownIn('bufferBytes', settings?.bufferBytes ?? null),
});

const typedValue = (name: Name, text: string): number | null =>
  text === '' ? null : Number(text) * fieldOf(name).scale;

export const toSettings = (form: StreamForm): StreamSettings => ({
  idleTimeoutSeconds: typedValue('idleTimeoutSeconds', form.idleTimeoutSeconds),
  segmentSeconds: typedValue('segmentSeconds', form.segmentSeconds),
  bufferBytes: typedValue('bufferBytes', form.bufferBytes),
});

import { describe, expect, it } from 'vitest';
import { boundsOf, StreamForm, streamFormOf, toSettings } from './stream-form.ts';

const none = { idleTimeoutSeconds: null, segmentSeconds: null, bufferBytes: null };
const form = (change: Partial<StreamForm>) => ({ ...streamFormOf(null), ...change });

describe("a channel's stream settings in its form", () => {
  it('shows nothing for what follows the server, and gives it back as nothing', () =>
    expect(toSettings(streamFormOf(null))).toEqual(none));

  it('takes zero for a value, not for nothing', () =>
    expect(toSettings(form({ idleTimeoutSeconds: '0' }))).toEqual({ ...none, idleTimeoutSeconds: 0 }));

  it('types the buffer in KiB', () => {
    expect(boundsOf('bufferBytes')).toEqual({ min: 256, max: 8192 });
    expect(streamFormOf({ ...none, bufferBytes: 1_048_576 }).bufferBytes).toBe('1024');
    expect(toSettings(form({ bufferBytes: '1024' })).bufferBytes).toBe(1_048_576);
  });

  it.each([
    ['idleTimeoutSeconds', '3601'],
    ['segmentSeconds', '0'],
    ['segmentSeconds', '2.5'],
    ['bufferBytes', '255'],
    ['bufferBytes', 'much'],
  ] as const)('refuses %s %s and says the range', (name, text) => {
    const { error } = StreamForm.safeParse(form({ [name]: text }));
    expect(error?.issues[0]?.message).toMatch(/^Use \d+ to \d+ (?:s|KiB), or leave it empty\.$/);
  });
});

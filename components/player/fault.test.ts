import { describe, expect, it } from 'vitest';
import { toldIn } from './fault.ts';

describe('what the server said of a failure', () => {
  it('is the code and the sentence of its JSON', () => {
    const body = '{"error":{"code":"QUALITY_UNAVAILABLE","message":"Not now.","requestId":"1"}}';
    expect(toldIn(body)).toEqual({ code: 'QUALITY_UNAVAILABLE', sentence: 'Not now.' });
  });

  it('is a bare sentence', () => expect(toldIn('Not now.\n')).toEqual({ code: null, sentence: 'Not now.' }));

  it.each([null, '', '<html>', '#EXTM3U', '{"error":', '{"error":{"code":1}}', `${'x'.repeat(301)}`])(
    'is nothing where it is not meant for viewers: %j',
    (text) => expect(toldIn(text)).toEqual({ code: null, sentence: null }),
  );
});

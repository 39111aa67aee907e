import { describe, expect, it } from 'vitest';
import type { Setting } from '../../lib/contract/system.ts';
import { changesOf, checkSetting, readable } from './settings-draft.ts';

const setting = (change: Partial<Setting>): Setting => ({
  key: 'STREAM_IDLE_TIMEOUT',
  env: 'STREAM_IDLE_TIMEOUT',
  group: 'live',
  label: 'Idle timeout',
  hint: '',
  kind: 'integer',
  unit: 'seconds',
  choices: null,
  min: 5,
  max: 3600,
  value: 30,
  default: 30,
  source: 'default',
  editable: true,
  restart: false,
  ...change,
});

describe('editing settings', () => {
  it.each(['0', '4', '3601', '', '7.5', 'soon'])('refuses %j and says the range', (text) =>
    expect(checkSetting(setting({}), text)).toEqual({ ok: false, error: 'Use 5 to 3,600 seconds.' }),
  );

  it('takes a whole number in range', () =>
    expect(checkSetting(setting({}), ' 45 ')).toEqual({ ok: true, value: 45 }));

  it('sends only what differs from the server', () => {
    const settings = [setting({}), setting({ key: 'HLS', kind: 'boolean', value: true, unit: null })];
    expect(changesOf(settings, { STREAM_IDLE_TIMEOUT: '30', HLS: false })).toEqual({
      changes: { HLS: false },
      errors: {},
    });
  });

  it('sends null only for a setting that the database holds', () => {
    expect(changesOf([setting({})], { STREAM_IDLE_TIMEOUT: null }).changes).toEqual({});
    expect(
      changesOf([setting({ source: 'database', value: 60 })], { STREAM_IDLE_TIMEOUT: null }).changes,
    ).toEqual({
      STREAM_IDLE_TIMEOUT: null,
    });
  });

  it('keeps what is not valid out of the changes', () => {
    const { changes, errors } = changesOf([setting({})], { STREAM_IDLE_TIMEOUT: '1' });
    expect(changes).toEqual({});
    expect(Object.keys(errors)).toEqual(['STREAM_IDLE_TIMEOUT']);
  });

  it('reads values with their unit', () => {
    expect(readable(setting({}), 30)).toBe('30 seconds');
    expect(readable(setting({ unit: 'bytes' }), 2_097_152)).toBe('2.1 MB');
    expect(readable(setting({ kind: 'boolean', unit: null }), false)).toBe('off');
    expect(readable(setting({ kind: 'list', unit: null }), '')).toBe('none');
  });
});

import { commandArgs } from './command.ts';

export const MP4_NAME = 'video.mp4';

/** A further sound track: a file of ADTS frames in the working folder. */
export type FurtherSound = { name: string; language: string | null };

export const furtherSoundName = (track: number): string => `audio-${track}.aac`;

/** ISO 639 codes; anything else of a file's own words stays out of the arguments. */
const LANGUAGE = /^[a-z]{2,3}$/;

/**
 * Arguments that put one quality into an MP4 with its index in front, without encoding: our own transport stream comes
 * through standard input, further sound tracks from files.
 */
export function fastStartArgs(sound: {
  hasSound: boolean;
  language: string | null;
  further: readonly FurtherSound[];
}): string[] {
  const { hasSound, language, further } = sound;
  const languages = hasSound ? [language, ...further.map((track) => track.language)] : [];
  return commandArgs('pipe:0', (command) => {
    command.inputOptions(['-protocol_whitelist', 'pipe', '-f', 'mpegts']);
    for (const track of further)
      command.input(`file:${track.name}`).inputOptions(['-protocol_whitelist', 'file', '-f', 'aac']);
    command.outputOptions(['-map', '0:v:0', ...(hasSound ? ['-map', '0:a:0'] : [])]);
    for (const at of further.keys()) command.outputOptions(['-map', `${at + 1}:a:0`]);
    command.outputOptions([
      '-c',
      'copy',
      ...(hasSound ? ['-bsf:a', 'aac_adtstoasc'] : []),
      '-map_metadata',
      '-1',
    ]);
    for (const [at, code] of languages.entries())
      if (code !== null && LANGUAGE.test(code))
        command.outputOptions([`-metadata:s:a:${at}`, `language=${code}`]);
    command.outputOptions(['-movflags', '+faststart', '-progress', 'pipe:1', '-f', 'mp4']);
    command.output(MP4_NAME);
  });
}

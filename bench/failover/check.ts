import { demux, ffmpegWarnings } from '../../server/media/ts/test-clips.ts';

/** What is wrong with what a viewer was sent: warnings of ffmpeg, times that go back, one of both tracks missing. */
export function faultsOf(bytes: Buffer): string[] {
  if (bytes.length === 0) return ['nothing came'];
  // The last picture is cut where the viewer left.
  const whole = bytes.subarray(0, lastStart(bytes));
  const { video, audio, demuxer } = demux(whole);
  const faults = ffmpegWarnings(whole).split('\n').filter(Boolean).slice(0, 3);
  if (video.length === 0) faults.push('no picture');
  if (audio.length === 0) faults.push('no sound');
  const back = (times: number[]) => times.some((time, index) => index > 0 && time <= times[index - 1]!);
  if (back(video.map((unit) => unit.dts))) faults.push('the picture goes back in time');
  if (back(audio.map((unit) => unit.pts))) faults.push('the sound goes back in time');
  if (demuxer.damage.counterJumps > 0) faults.push(`${demuxer.damage.counterJumps} counter jumps`);
  return faults;
}

/** Where the last PAT begins: everything before it is whole. */
function lastStart(bytes: Buffer): number {
  for (let at = bytes.length - 188; at > 0; at -= 188)
    if ((bytes.readUInt16BE(at + 1) & 0x1fff) === 0) return at;
  return bytes.length;
}

import { describe, expect, it } from 'vitest';
import { TsDemuxer } from './demuxer.ts';
import { describePicture, describeSound } from './describe.ts';
import { PACKET_BYTES } from './packet.ts';
import { demux, makeClip, probePackets } from './test-clips.ts';

const clip = makeClip({ seconds: 4, gop: 25, bframes: 2 });

describe('demuxer', () => {
  it('gives the same pictures and times as ffprobe, with the sound in frames of its own', () => {
    const { program, video, audio } = demux(clip);
    const probed = probePackets(clip);
    expect(program.video?.codec).toBe('h264');
    expect(program.audio?.codec).toBe('aac');
    expect(video.map((unit) => `${unit.pts},${unit.dts}`)).toEqual(probed.video);
    expect(audio.map((unit) => `${unit.pts},${unit.pts}`)).toEqual(probed.audio);
    expect(video.filter((unit) => unit.key).length).toBe(4);
  });

  it('gives the same units whatever the size of the pieces', () => {
    const whole = demux(clip);
    for (const size of [1, 187, 188, 1000, 65536]) {
      const part = size === 1 ? clip.subarray(0, 60_000) : clip;
      const expected = size === 1 ? demux(part) : whole;
      expect(demux(part, size).units).toEqual(expected.units);
    }
  });

  it.each([
    ['libx265', 'aac', 'hevc', 'aac'],
    ['mpeg2video', 'mp2', 'mpeg2video', 'mp2'],
    ['libx264', 'ac3', 'h264', 'ac3'],
    ['libx264', 'eac3', 'h264', 'eac3'],
  ] as const)('finds keyframes and codecs of %s with %s', (video, audio, videoCodec, audioCodec) => {
    const found = demux(makeClip({ seconds: 2, video, audio, gop: 10, size: '320x180' }));
    expect([found.program.video?.codec, found.program.audio?.codec]).toEqual([videoCodec, audioCodec]);
    expect(found.video.map((unit) => unit.key)).toEqual(found.video.map((_, index) => index % 10 === 0));
    expect(found.video.length).toBe(50);
    expect(found.audio.length).toBeGreaterThan(5);
  });

  it('reads AC-3 in private data by its DVB descriptor', () => {
    const dvb = makeClip({ seconds: 1, audio: 'ac3', extra: ['-mpegts_flags', 'system_b'] });
    const { program } = demux(dvb);
    expect(program.audio?.streamType).toBe(6);
    expect(program.audio?.codec).toBe('ac3');
  });

  it('tells size, profile, frame rate and sample rate', () => {
    const { video, audio } = demux(makeClip({ seconds: 1, size: '640x360', sampleRate: 44100 }));
    const picture = describePicture('h264', video[0]!.data);
    expect(picture).toMatchObject({ width: 640, height: 360, sampleAspect: 1, fps: 25 });
    expect(picture?.codecString).toMatch(/^avc1\.[0-9A-F]{6}$/);
    expect(describeSound('aac', audio[0]!.data)).toEqual({
      codecString: 'mp4a.40.2',
      sampleRate: 44100,
      channels: 1,
    });
    const mpeg = demux(makeClip({ seconds: 1, video: 'mpeg2video', audio: 'mp2', size: '720x576' }));
    expect(describePicture('mpeg2video', mpeg.video[0]!.data)).toMatchObject({
      width: 720,
      height: 576,
      fps: 25,
    });
    expect(describeSound('mp2', mpeg.audio[0]!.data).sampleRate).toBe(48000);
  });

  it('SRC-16: drops pictures to the next keyframe when a packet of a picture is missing, and counts it', () => {
    const all = demux(clip).video;
    const packets: Buffer[] = [];
    for (let at = 0; at < clip.length; at += PACKET_BYTES) packets.push(clip.subarray(at, at + PACKET_BYTES));
    const inVideo = packets.findIndex(
      (packet, index) => index > packets.length / 3 && packet.readUInt16BE(1) === 0x0100,
    );
    packets.splice(inVideo, 1);
    const { video, demuxer } = demux(Buffer.concat(packets));
    expect(demuxer.damage.counterJumps).toBe(1);
    expect(demuxer.damage.droppedVideo).toBeGreaterThan(0);
    expect(video.length).toBe(all.length - demuxer.damage.droppedVideo);
    const gap = video.findIndex((unit, index) => index > 0 && unit.dts - video[index - 1]!.dts > 3600);
    expect(video[gap]?.key).toBe(true);
    for (const unit of video) expect(all).toContainEqual(unit);
  });

  it('finds its way back after bytes are missing or foreign bytes stand between packets', () => {
    const at = 188 * 400;
    const torn = Buffer.concat([clip.subarray(0, at + 50), clip.subarray(at + 250)]);
    const strange = Buffer.concat([clip.subarray(0, at), Buffer.alloc(1000, 0x11), clip.subarray(at)]);
    const all = demux(clip).video;
    expect(demux(torn).demuxer.damage.lostSync).toBeGreaterThan(0);
    expect(demux(torn).video.at(-1)).toEqual(all.at(-1));
    expect(demux(strange).video).toEqual(all);
  });

  it('ignores a packet that was sent twice', () => {
    const at = 188 * 300;
    const twice = Buffer.concat([clip.subarray(0, at), clip.subarray(at - 188)]);
    expect(demux(twice).units).toEqual(demux(clip).units);
  });

  it('never throws on random damage and never lets a changed picture count as undamaged silence', () => {
    let seed = 7;
    const random = () => (seed = (seed * 1103515245 + 12345) % 2147483648) / 2147483648;
    for (let round = 0; round < 60; round++) {
      const bytes = Buffer.from(clip.subarray(0, 200_000));
      for (let hit = 0; hit < 400; hit++)
        bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
      const demuxer = new TsDemuxer({ onUnit: (unit) => expect(unit.data.length).toBeGreaterThan(0) });
      for (let at = 0; at < bytes.length; at += 7001) demuxer.push(bytes.subarray(at, at + 7001));
      demuxer.lose();
    }
    const noise = Buffer.from(Array.from({ length: 100_000 }, () => Math.floor(random() * 256)));
    const silent = new TsDemuxer({ onUnit: () => expect.unreachable('noise has no units') });
    silent.push(noise);
    silent.flush();
    expect(silent.program).toBeNull();
  });
});

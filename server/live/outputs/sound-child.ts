import type { Supervisor } from '../../media/ffmpeg/supervisor.ts';
import { TsDemuxer } from '../../media/ts/demuxer.ts';
import type { SoundInfo } from '../../media/ts/describe.ts';
import type { Layout } from '../../media/ts/identity.ts';
import { diff33, TICKS_PER_SECOND, wrap33 } from '../../media/ts/packet.ts';
import { BufferSink } from '../../media/ts/packet-sink.ts';
import { PacketWriter } from '../../media/ts/packet-writer.ts';
import type { AudioUnit } from '../../media/ts/streams.ts';
import { SOUND_DECODERS } from '../../media/untrusted.ts';

type Ports = {
  ffmpeg: Pick<Supervisor, 'start'>;
  /** A converted AAC frame; its PTS counts on like that of the units put in. */
  onUnit(unit: AudioUnit): void;
  /** The child takes more again after `push` said no. */
  onRoom(): void;
  /** It came to an end that nobody asked for. */
  onEnd(lastLine: string): void;
};

/** What a converted sound is, whatever it was before. */
export const CONVERTED: SoundInfo = { codecString: 'mp4a.40.2', sampleRate: 48_000, channels: 2 };

/** Of a packet of 188 bytes. */
const PAYLOAD_BYTES = 184;
const PSI_EVERY_TICKS = TICKS_PER_SECOND / 2;
/** How long a child may take for what it still holds when its input ends. */
const DRAIN_MS = 500;

/** Times are kept to the tick (media-decisions.md Q1); a tenth of a second tells what the sound is. */
const ARGS = [
  ...['-nostdin', '-hide_banner', '-loglevel', 'error', '-copyts'],
  ...['-probesize', '32768', '-analyzeduration', '100000', '-protocol_whitelist', 'pipe'],
  ...['-format_whitelist', 'mpegts', '-codec_whitelist', SOUND_DECODERS, '-f', 'mpegts', '-i', 'pipe:0'],
  // Small holes of the source become silence, overlaps are left out: players of segments complain about both.
  ...[
    '-vn',
    '-map',
    '0:a:0',
    '-af',
    'aresample=async=1000:min_hard_comp=0.02',
    '-c:a',
    'aac',
    '-b:a',
    '128k',
    '-ac',
    '2',
    '-ar',
    String(CONVERTED.sampleRate),
  ],
  ...['-avoid_negative_ts', 'disabled', '-muxdelay', '0', '-muxpreload', '0', '-pes_payload_size', '0'],
  ...['-flush_packets', '1', '-f', 'mpegts', 'pipe:1'],
];

/** One ffmpeg child that turns the sound of one source into AAC: a small transport stream in, another one out. */
export class SoundChild {
  readonly #ports: Ports;
  readonly #child: ReturnType<Supervisor['start']>;
  readonly #writer: PacketWriter;
  readonly #reading: Promise<void>;
  #psiAt = Number.NEGATIVE_INFINITY;
  #near = 0;
  #over = false;

  constructor(audio: NonNullable<Layout['audio']>, ports: Ports) {
    this.#ports = ports;
    this.#writer = new PacketWriter({ video: null, audio });
    this.#child = ports.ffmpeg.start({
      label: 'live sound',
      program: 'ffmpeg',
      args: ARGS,
      stdin: 'bytes',
      stdout: 'bytes',
      niceness: 0,
    });
    this.#child.stdin?.on('drain', () => {
      if (!this.#over) ports.onRoom();
    });
    this.#reading = this.#read();
  }

  /** Takes a unit; false when the child has to catch up first, then the unit was not taken. */
  push(unit: AudioUnit): boolean {
    const { stdin } = this.#child;
    if (this.#over || !stdin || stdin.writableNeedDrain) return false;
    this.#near = unit.pts;
    // Tables, a header with a clock, and the last packet that is not full.
    const sink = new BufferSink(4 + Math.ceil(unit.data.length / PAYLOAD_BYTES));
    if (unit.pts - this.#psiAt > PSI_EVERY_TICKS) {
      this.#psiAt = unit.pts;
      this.#writer.psi(sink);
    }
    this.#writer.audio([unit], sink);
    stdin.write(sink.bytes.subarray(0, sink.next()));
    return true;
  }

  /** No more input: gives out what the child still holds, then ends it. */
  async finish(): Promise<void> {
    const late = setTimeout(() => void this.#child.stop(0), DRAIN_MS);
    const reading = this.#reading;
    this.#child.stdin?.end();
    await reading;
    clearTimeout(late);
    await this.stop();
  }

  /** Ends it at once; nothing comes out any more. */
  async stop(): Promise<void> {
    this.#over = true;
    await this.#child.stop(0);
    await this.#reading;
  }

  async #read(): Promise<void> {
    const demuxer = new TsDemuxer({
      onUnit: (unit) => {
        if (unit.kind === 'audio' && !this.#over)
          this.#ports.onUnit({ ...unit, pts: this.#unwrap(unit.pts) });
      },
    });
    for await (const chunk of this.#child.stdout ?? []) demuxer.push(chunk as Buffer);
    demuxer.flush();
    const { lastLines } = await this.#child.done;
    if (!this.#over) this.#ports.onEnd(lastLines.at(-1) ?? '');
  }

  #unwrap(ticks: number): number {
    return this.#near + diff33(ticks, wrap33(this.#near));
  }
}

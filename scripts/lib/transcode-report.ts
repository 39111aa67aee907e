import type { ConvertStage } from '../../server/vod/grid/convert.ts';

export type ReportStyle = 'bar' | 'lines' | 'json' | 'none';

const NAMES: Record<ConvertStage, string> = { pictures: 'Pictures', sound: 'Sound', files: 'Files' };
const BAR_CELLS = 24;
const LINE_EVERY = 0.1;
const JSON_EVERY_MS = 500;

type Step = { stage: ConvertStage; share: number | null; speed: number | null; etaSeconds: number | null };

/** Tells how far a conversion is: a bar on a terminal, plain lines or JSON lines elsewhere. */
export class TranscodeReport {
  readonly #style: ReportStyle;
  readonly #out: NodeJS.WritableStream;
  #stage: ConvertStage | null = null;
  #begun = { ms: 0, seconds: 0 };
  #told = { ms: 0, share: 0 };

  constructor(style: ReportStyle, out: NodeJS.WritableStream) {
    this.#style = style;
    this.#out = out;
  }

  step(stage: ConvertStage, atSeconds: number, share: number | null): void {
    const ms = performance.now();
    const isNew = stage !== this.#stage;
    if (isNew) {
      if (this.#stage !== null) this.end();
      this.#stage = stage;
      this.#begun = { ms, seconds: atSeconds };
    }
    // Counted from the first sign of this run, so that an earlier run's part does not look like speed.
    const passed = (ms - this.#begun.ms) / 1000;
    const speed = passed > 0.2 ? (atSeconds - this.#begun.seconds) / passed : null;
    const rest = share !== null && share > 0 ? (atSeconds / share) * (1 - share) : null;
    const etaSeconds = rest !== null && speed !== null && speed > 0 ? rest / speed : null;
    this.#tell({ stage, share, speed, etaSeconds }, isNew, ms);
  }

  /** The cursor leaves the bar. */
  end(): void {
    if (this.#style === 'bar' && this.#stage !== null) this.#out.write('\n');
    this.#stage = null;
  }

  #tell(step: Step, isNew: boolean, ms: number): void {
    if (this.#style === 'none') return;
    if (this.#style === 'bar') {
      this.#out.write(`\r\x1b[K${textOf(step, true)}`);
      return;
    }
    const far = (step.share ?? 0) - this.#told.share >= LINE_EVERY || step.share === 1;
    const due = this.#style === 'json' ? ms - this.#told.ms >= JSON_EVERY_MS || step.share === 1 : far;
    if (!isNew && !due) return;
    this.#told = { ms, share: step.share ?? 0 };
    this.#out.write(`${this.#style === 'json' ? JSON.stringify(step) : textOf(step, false)}\n`);
  }
}

function textOf({ stage, share, speed, etaSeconds }: Step, bar: boolean): string {
  const cells = Math.round((share ?? 0) * BAR_CELLS);
  const parts = [NAMES[stage].padEnd(8)];
  if (bar) parts.push(`[${'#'.repeat(cells)}${'.'.repeat(BAR_CELLS - cells)}]`);
  parts.push(share === null ? ' ?? %' : `${String(Math.floor(share * 100)).padStart(3)} %`);
  if (speed !== null) parts.push(`${speed.toFixed(1)}x`);
  if (etaSeconds !== null) parts.push(`${clock(etaSeconds)} left`);
  return parts.join('  ');
}

function clock(seconds: number): string {
  const whole = Math.round(seconds);
  const hours = Math.floor(whole / 3600);
  const minutes = String(Math.floor(whole / 60) % 60).padStart(hours > 0 ? 2 : 1, '0');
  return `${hours > 0 ? `${hours}:` : ''}${minutes}:${String(whole % 60).padStart(2, '0')}`;
}

import type { StreamConfig } from '@/lib/contract/videos';
import { formatClock } from '@/lib/units/format';
import { Panel, PanelTitle } from '../ui/panel';

type TracksProps = {
  config: StreamConfig | undefined;
  audioCodec: string | null;
  /** Takes the player to a chapter; absent where nothing plays. */
  onSeek: ((seconds: number) => void) | undefined;
};

const languageName = (language: string | null): string | null => {
  if (language === null) return null;
  try {
    return new Intl.DisplayNames('en', { type: 'language' }).of(language) ?? language;
  } catch {
    return language; // not a language tag
  }
};

const named = (name: string, language: string | null): string => {
  const word = languageName(language);
  return word === null || name.toLowerCase().includes(word.toLowerCase()) ? name : `${name}, ${word}`;
};

const Chapters = ({ config, onSeek }: { config: StreamConfig; onSeek: TracksProps['onSeek'] }) => (
  <ol aria-label="Chapters" className="mt-1 max-h-52 overflow-y-auto">
    {config.chapters.map(({ startSeconds, title }) => (
      <li key={startSeconds} className="border-line-soft border-t first:border-t-0">
        <button
          type="button"
          disabled={!onSeek}
          onClick={() => onSeek?.(startSeconds)}
          className="grid w-full grid-cols-[64px_minmax(0,1fr)] gap-2 rounded-sm py-1.5 text-left enabled:hover:text-accent-ink"
        >
          <span className="text-ink-3 tabular-nums">{formatClock(startSeconds)}</span>
          <span className="truncate">{title}</span>
        </button>
      </li>
    ))}
  </ol>
);

/** Sound tracks, subtitles and chapters, as players list them. */
export const Tracks = ({ config, audioCodec, onSeek }: TracksProps) => {
  if (!config?.playable) return null;
  const { audioTracks, subtitles, chapters } = config;
  const sound = audioTracks.map(({ name, language }) => named(name, language));
  const texts = subtitles.map(({ name, language }) => named(name, language));
  const lines: [string, string][] = [
    ['Sound', sound.join(' · ') || (audioCodec === null ? 'None' : 'One track')],
    ['Subtitles', texts.join(' · ') || 'None'],
  ];
  return (
    <Panel className="px-[18px] pt-3.5 pb-3 max-sm:px-3.5">
      <PanelTitle>Sound, subtitles, chapters</PanelTitle>
      <dl className="mt-1.5 grid grid-cols-[64px_minmax(0,1fr)] gap-x-2 gap-y-1.5">
        {lines.map(([name, words]) => (
          <div key={name} className="contents">
            <dt className="text-ink-3">{name}</dt>
            <dd>{words}</dd>
          </div>
        ))}
        <dt className="text-ink-3">Chapters</dt>
        <dd>{chapters.length > 0 ? chapters.length : 'None'}</dd>
      </dl>
      {chapters.length > 0 ? <Chapters config={config} onSeek={onSeek} /> : null}
    </Panel>
  );
};

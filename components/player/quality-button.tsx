import { LoaderCircle, SlidersHorizontal } from 'lucide-react';
import { OPENER } from './menu-opener';
import { choiceHere, choiceLabel, isComing } from './quality';
import type { PlayerState } from './types';

type QualityButtonProps = { state: PlayerState; open: boolean; onOpen: () => void };

/** Says what is on the screen; its list is a page of the menu. */
export const QualityButton = ({ state, open, onOpen }: QualityButtonProps) => {
  const { qualities, quality } = state;
  if (qualities.length === 0) return null;
  const choice = choiceHere(state);
  return (
    <button
      type="button"
      aria-haspopup="menu"
      aria-expanded={open}
      aria-label={`Quality: ${choiceLabel(qualities, choice, quality)}`}
      {...OPENER}
      onClick={onOpen}
      className="hit relative flex h-8 items-center gap-1.5 whitespace-nowrap rounded-md bg-white/14 px-2.5 font-[560] hover:bg-white/20 focus-visible:outline-white [&_svg]:size-4"
    >
      {isComing(choice, state) ? (
        <LoaderCircle aria-hidden className="animate-spin" />
      ) : (
        <SlidersHorizontal aria-hidden />
      )}
      <span className="@max-md/player:hidden">{choiceLabel(qualities, choice, quality)}</span>
      <span className="@md/player:hidden">
        {choice === 'auto' ? 'Auto' : choiceLabel(qualities, choice, null)}
      </span>
    </button>
  );
};

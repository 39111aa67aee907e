import { type RefObject, useEffect, useState } from 'react';

const SLEEP_MS = 2800;

/** Whether the controls show: after a movement, a touch or a key they stay a while; a touch on the picture hides them again. */
export const useAwake = (root: RefObject<HTMLElement | null>, maySleep: boolean): boolean => {
  const [awake, setAwake] = useState(true);
  useEffect(() => {
    const element = root.current;
    if (!element) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const sleep = (): void => {
      clearTimeout(timer);
      if (maySleep) timer = setTimeout(() => setAwake(false), SLEEP_MS);
    };
    const wake = (): void => {
      setAwake(true);
      sleep();
    };
    const leave = (event: PointerEvent): void => {
      if (maySleep && event.pointerType === 'mouse') setAwake(false);
    };
    const touch = (event: PointerEvent): void => {
      const onPicture = event.target instanceof Element && event.target.closest('[data-picture]') !== null;
      if (event.pointerType !== 'mouse' && onPicture && maySleep) {
        clearTimeout(timer);
        setAwake((now) => !now);
        sleep();
      } else wake();
    };
    const move = (event: PointerEvent): void => {
      if (event.pointerType === 'mouse') wake();
    };
    sleep();
    element.addEventListener('pointermove', move);
    element.addEventListener('pointerdown', touch);
    element.addEventListener('pointerleave', leave);
    element.addEventListener('focusin', wake);
    element.addEventListener('keydown', wake);
    return () => {
      clearTimeout(timer);
      element.removeEventListener('pointermove', move);
      element.removeEventListener('pointerdown', touch);
      element.removeEventListener('pointerleave', leave);
      element.removeEventListener('focusin', wake);
      element.removeEventListener('keydown', wake);
    };
  }, [root, maySleep]);
  return awake || !maySleep;
};

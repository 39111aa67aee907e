'use client';

import { useEffect, useRef } from 'react';
import { drawSignal } from './signal-draw';

/** The picture beside Setup and Login: a signal leaving a world, drawn here, one picture for each size. */
export const SignalArt = ({ className }: { className?: string }) => {
  const ref = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const canvas = ref.current;
    if (!canvas) return;
    const observer = new ResizeObserver(() => {
      const { width, height } = canvas.getBoundingClientRect();
      const context = canvas.getContext('2d');
      if (!context || width < 40 || height < 40) return;
      const density = Math.min(2, window.devicePixelRatio || 1);
      canvas.width = Math.round(width * density);
      canvas.height = Math.round(height * density);
      context.scale(density, density);
      drawSignal(context, width, height);
    });
    observer.observe(canvas);
    return () => observer.disconnect();
  }, []);
  return <canvas ref={ref} aria-hidden className={className} />;
};

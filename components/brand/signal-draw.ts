type World = { x: number; y: number; radius: number; width: number; height: number };

/** Numbers 0..1 that come out the same each time, so that the picture does not change between visits. */
const randomFrom = (seed: number): (() => number) => {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 4_294_967_296;
  };
};

const sky = (c: CanvasRenderingContext2D, { x, y, radius, width, height }: World): void => {
  c.fillStyle = '#06040F';
  c.fillRect(0, 0, width, height);
  const glow = c.createRadialGradient(x, y, radius * 0.92, x, y, radius * 2);
  glow.addColorStop(0, 'rgb(150 92 255 / .9)');
  glow.addColorStop(0.16, 'rgb(105 48 214 / .62)');
  glow.addColorStop(0.42, 'rgb(58 22 140 / .42)');
  glow.addColorStop(0.75, 'rgb(24 10 66 / .3)');
  glow.addColorStop(1, 'rgb(6 4 15 / 0)');
  c.fillStyle = glow;
  c.fillRect(0, 0, width, height);
};

const stars = (c: CanvasRenderingContext2D, { width, height }: World): void => {
  const random = randomFrom(7);
  const count = Math.round((width * height) / 2600);
  for (let i = 0; i < count; i += 1) {
    c.fillStyle = `rgb(212 200 255 / ${0.1 + random() * 0.55})`;
    c.beginPath();
    c.arc(random() * width, random() * height, 0.4 + random() * 0.9, 0, 7);
    c.fill();
  }
};

/** Each wave is a row of strokes; its strength travels around the world like a modulated carrier. */
const waves = (c: CanvasRenderingContext2D, world: World): void => {
  const { x, y, radius, width, height } = world;
  const reach = Math.hypot(width, height) + radius;
  let ring = 0;
  for (let r = radius * 1.09; r < reach; r += radius * (0.105 + ring * 0.004), ring += 1) {
    const strokes = Math.round((Math.PI * 2 * r) / 5.4);
    const fade = Math.max(0.1, 1 - ring * 0.085);
    for (let i = 0; i < strokes; i += 1) {
      const angle = (i / strokes) * Math.PI * 2;
      const carrier = Math.sin(angle * (3 + (ring % 3)) + ring * 1.7) * 0.5 + 0.5;
      const detail = Math.sin(angle * 17 + ring * 3.1) * 0.5 + 0.5;
      const strength = carrier * 0.78 + detail * 0.22;
      const length = radius * (0.008 + strength * 0.036);
      const cos = Math.cos(angle - Math.PI / 2);
      const sin = Math.sin(angle - Math.PI / 2);
      c.strokeStyle = `rgb(${150 + strength * 74} ${118 + strength * 96} 255 / ${(0.14 + strength * 0.62) * fade})`;
      c.lineWidth = 1.7;
      c.beginPath();
      c.moveTo(x + cos * (r - length), y + sin * (r - length));
      c.lineTo(x + cos * (r + length), y + sin * (r + length));
      c.stroke();
    }
  }
};

const globe = (c: CanvasRenderingContext2D, world: World): void => {
  const { x, y, radius } = world;
  c.save();
  c.shadowColor = 'rgb(168 120 255 / .95)';
  c.shadowBlur = radius * 0.12;
  c.fillStyle = '#CDBBFF';
  c.beginPath();
  c.arc(x, y, radius, 0, 7);
  c.fill();
  c.restore();
  const body = c.createRadialGradient(x, y + radius * 0.05, radius * 0.9, x, y, radius);
  body.addColorStop(0, '#080515');
  body.addColorStop(0.62, '#150A3A');
  body.addColorStop(0.9, '#4F22B4');
  body.addColorStop(1, '#D9CBFF');
  c.fillStyle = body;
  c.beginPath();
  c.arc(x, y, radius, 0, 7);
  c.fill();
  places(c, world);
};

/** Lit places: a grid of dots where three slow waves add up, like land seen at night. */
const places = (c: CanvasRenderingContext2D, { x, y, radius, height }: World): void => {
  const random = randomFrom(23);
  const step = 8;
  for (let py = y - radius; py < height; py += step) {
    for (let px = x - radius; px < x + radius; px += step) {
      const u = (px - x) / radius;
      const v = (py - y) / radius;
      if (u * u + v * v > 0.86) continue;
      const land = Math.sin(u * 6.1 + 0.8) + Math.sin(v * 7.4 - u * 3.2) + Math.sin((u + v) * 9.5 + 2.2);
      const chance = random();
      if (land < 0.62 || chance < 0.3) continue;
      c.fillStyle = `rgb(198 182 255 / ${0.16 + chance * 0.6})`;
      c.beginPath();
      c.arc(px, py, 1 + chance * 0.9, 0, 7);
      c.fill();
    }
  }
};

/** Draws the whole picture into `width` × `height` CSS pixels. */
export const drawSignal = (c: CanvasRenderingContext2D, width: number, height: number): void => {
  const radius = Math.max(width * 0.5, height * 0.44);
  const world: World = { x: width * 0.47, y: height * 0.66 + radius, radius, width, height };
  sky(c, world);
  stars(c, world);
  waves(c, world);
  globe(c, world);
};

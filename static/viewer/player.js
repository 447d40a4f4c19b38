// Which frame is due: playing goes by elapsed time, so that a slow computer skips frames but never drifts.

const SECONDS_PER_PASS = 6;
const SPEEDS = [0.25, 0.5, 1, 2];

export class Player {
  /** At speed 1 a video takes six seconds from end to end (180 frames at 30 a second), at 5 to 30 frames a second. */
  constructor(n, show) {
    Object.assign(this, { n, show, position: 0, playing: false, bounce: false, speed: 1 });
    this.framesPerSecond = Math.min(30, Math.max(5, n / SECONDS_PER_PASS));
  }

  go(position) {
    this.pause();
    this.position = Math.min(this.n - 1, Math.max(0, position));
    this.show(this.position);
  }

  step(by) {
    this.go(this.position + by);
  }

  play() {
    if (this.playing) return;
    this.playing = true;
    this.restart();
    requestAnimationFrame((now) => this.tick(now));
  }

  pause() {
    this.playing = false;
  }

  nextSpeed() {
    this.speed = SPEEDS[(SPEEDS.indexOf(this.speed) + 1) % SPEEDS.length];
    this.restart();
  }

  toggleBounce() {
    this.bounce = !this.bounce;
    this.restart();
  }

  restart() {
    this.since = null;
    this.from = this.position;
  }

  tick(now) {
    if (!this.playing) return;
    this.since ??= now;
    const passed = this.from + Math.floor(((now - this.since) / 1000) * this.framesPerSecond * this.speed);
    const position = this.bounce ? this.n - 1 - Math.abs((passed % (2 * this.n - 2)) - (this.n - 1)) : passed % this.n;
    if (position !== this.position) {
      this.position = position;
      this.show(position);
    }
    requestAnimationFrame((next) => this.tick(next));
  }
}

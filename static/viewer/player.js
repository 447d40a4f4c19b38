// Which frame is due: playing goes by elapsed time, so that a slow computer skips frames but never drifts.

const SPEEDS = [0.25, 0.5, 1, 2];
const PLAYBACKS = ["loop", "bounce", "once"];

export class Player {
  /** Shows frame after frame of `n` by calling show(position), `fps` a second at speed 1; `stopped` at the end. */
  constructor(n, { fps, playback }, show, stopped) {
    Object.assign(this, { n, fps, playback, start: playback, show, stopped, position: 0, playing: false, speed: 1 });
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
    if (this.playback === "once" && this.position === this.n - 1) this.position = 0;
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

  nextPlayback() {
    this.playback = PLAYBACKS[(PLAYBACKS.indexOf(this.playback) + 1) % PLAYBACKS.length];
    this.restart();
  }

  reset() {
    Object.assign(this, { speed: 1, playback: this.start });
    this.restart();
  }

  restart() {
    this.since = null;
    this.from = this.position;
  }

  /** The position that is due after `passed` frames from the first. */
  due(passed) {
    if (this.playback === "loop") return passed % this.n;
    if (this.playback === "once") return Math.min(passed, this.n - 1);
    return this.n - 1 - Math.abs((passed % (2 * this.n - 2)) - (this.n - 1));
  }

  tick(now) {
    if (!this.playing) return;
    this.since ??= now;
    const position = this.due(this.from + Math.floor(((now - this.since) / 1000) * this.fps * this.speed));
    if (position !== this.position) {
      this.position = position;
      this.show(position);
    }
    if (this.playback === "once" && position === this.n - 1) {
      this.pause();
      this.stopped();
    } else {
      requestAnimationFrame((next) => this.tick(next));
    }
  }
}

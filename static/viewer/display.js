// Draw 8-bit grey frames. With window 255 and level 127.5 the grey on the screen is the grey of the frame, and at
// whole-number sizes every pixel of the frame is one square of screen pixels.

const IDENTITY = { window: 255, level: 127.5 };
const SURROUND = 26; // the neutral grey around the image, as in viewer.css

const VERTEX = `#version 300 es
in vec2 position;
void main() { gl_Position = vec4(position, 0, 1); }`;

const FRAGMENT = `#version 300 es
precision highp float;
precision highp sampler2DArray;
uniform sampler2DArray frames;
uniform float frame, window, level;
uniform vec2 corner, size;
out vec4 colour;
void main() {
  vec2 place = (gl_FragCoord.xy - corner) / size;
  float grey = texture(frames, vec3(place.x, 1.0 - place.y, frame)).r * 255.0;
  colour = vec4(vec3(clamp((grey - level) / window + 0.5, 0.0, 1.0)), 1);
}`;

/** All frames in one texture array on the graphics card. */
class WebglRenderer {
  static name = "webgl2";

  constructor(canvas, width, height, n) {
    const gl = canvas.getContext("webgl2", { alpha: false, antialias: false, preserveDrawingBuffer: true });
    if (!gl) throw new Error("no WebGL2");
    if (n > gl.getParameter(gl.MAX_ARRAY_TEXTURE_LAYERS) || Math.max(width, height) > gl.getParameter(gl.MAX_TEXTURE_SIZE)) {
      throw new Error("the video is too large for this graphics card");
    }
    Object.assign(this, { gl, width, height });
    const program = gl.createProgram();
    for (const [kind, source] of [[gl.VERTEX_SHADER, VERTEX], [gl.FRAGMENT_SHADER, FRAGMENT]]) {
      const shader = gl.createShader(kind);
      gl.shaderSource(shader, source);
      gl.compileShader(shader);
      gl.attachShader(program, shader);
    }
    gl.linkProgram(program);
    if (!gl.getProgramParameter(program, gl.LINK_STATUS)) throw new Error(gl.getProgramInfoLog(program));
    gl.useProgram(program);
    this.place = Object.fromEntries(
      ["frame", "window", "level", "corner", "size"].map((name) => [name, gl.getUniformLocation(program, name)]),
    );
    gl.bindBuffer(gl.ARRAY_BUFFER, gl.createBuffer());
    gl.bufferData(gl.ARRAY_BUFFER, new Float32Array([-1, -1, 1, -1, -1, 1, 1, 1]), gl.STATIC_DRAW);
    gl.enableVertexAttribArray(gl.getAttribLocation(program, "position"));
    gl.vertexAttribPointer(gl.getAttribLocation(program, "position"), 2, gl.FLOAT, false, 0, 0);
    gl.bindTexture(gl.TEXTURE_2D_ARRAY, gl.createTexture());
    gl.texStorage3D(gl.TEXTURE_2D_ARRAY, 1, gl.R8, width, height, n);
    gl.texParameteri(gl.TEXTURE_2D_ARRAY, gl.TEXTURE_WRAP_S, gl.CLAMP_TO_EDGE);
    gl.texParameteri(gl.TEXTURE_2D_ARRAY, gl.TEXTURE_WRAP_T, gl.CLAMP_TO_EDGE);
    gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1);
    gl.clearColor(SURROUND / 255, SURROUND / 255, SURROUND / 255, 1);
    if (gl.getError() !== gl.NO_ERROR) throw new Error("not enough graphics memory");
  }

  store(index, bitmap) {
    const { gl } = this;
    gl.texSubImage3D(
      gl.TEXTURE_2D_ARRAY, 0, 0, 0, index, this.width, this.height, 1, gl.RED, gl.UNSIGNED_BYTE, bitmap,
    );
  }

  draw(index, { window, level }, { x, y, width, height, smooth }) {
    const { gl, place } = this;
    const bottom = gl.canvas.height - y - height;
    const filter = smooth ? gl.LINEAR : gl.NEAREST;
    gl.texParameteri(gl.TEXTURE_2D_ARRAY, gl.TEXTURE_MIN_FILTER, filter);
    gl.texParameteri(gl.TEXTURE_2D_ARRAY, gl.TEXTURE_MAG_FILTER, filter);
    gl.clear(gl.COLOR_BUFFER_BIT);
    gl.viewport(x, bottom, width, height);
    gl.uniform1f(place.frame, index);
    gl.uniform1f(place.window, window);
    gl.uniform1f(place.level, level);
    gl.uniform2f(place.corner, x, bottom);
    gl.uniform2f(place.size, width, height);
    gl.drawArrays(gl.TRIANGLE_STRIP, 0, 4);
  }
}

/** The same picture without WebGL2: greys are kept as bytes and go through a table of 256 entries. */
class CanvasRenderer {
  static name = "canvas2d";

  constructor(canvas, width, height) {
    this.context = canvas.getContext("2d", { alpha: false });
    this.scratch = Object.assign(document.createElement("canvas"), { width, height });
    this.pixels = this.scratch.getContext("2d", { willReadFrequently: true });
    this.image = this.pixels.createImageData(width, height);
    this.frames = [];
  }

  store(index, bitmap) {
    this.pixels.drawImage(bitmap, 0, 0);
    const { data } = this.pixels.getImageData(0, 0, this.scratch.width, this.scratch.height);
    this.frames[index] = Uint8Array.from({ length: data.length / 4 }, (_, i) => data[4 * i]);
  }

  draw(index, { window, level }, { x, y, width, height, smooth }) {
    const table = Uint8ClampedArray.from({ length: 256 }, (_, grey) => ((grey - level) / window + 0.5) * 255);
    const { data } = this.image;
    this.frames[index].forEach((grey, i) => {
      data[4 * i] = data[4 * i + 1] = data[4 * i + 2] = table[grey];
      data[4 * i + 3] = 255;
    });
    this.pixels.putImageData(this.image, 0, 0);
    const { canvas } = this.context;
    this.context.fillStyle = `rgb(${SURROUND} ${SURROUND} ${SURROUND})`;
    this.context.fillRect(0, 0, canvas.width, canvas.height);
    this.context.imageSmoothingEnabled = smooth;
    this.context.drawImage(this.scratch, x, y, width, height);
  }
}

/** Sizes of the image: whole squares of screen pixels (default), filling the space smoothly, one to one. */
const SIZES = ["whole", "smooth", "actual"];

export class Display {
  constructor(canvas, { width, height, n }) {
    Object.assign(this, { canvas, width, height, frame: null, size: SIZES[0], pan: { x: 0, y: 0 }, ...IDENTITY });
    try {
      this.renderer = new WebglRenderer(canvas, width, height, n);
    } catch {
      // A canvas that has given out one kind of context gives no other.
      this.canvas = canvas.cloneNode();
      canvas.replaceWith(this.canvas);
      this.renderer = new CanvasRenderer(this.canvas, width, height);
    }
    this.canvas.dataset.renderer = this.renderer.constructor.name;
  }

  store(position, bitmap) {
    this.renderer.store(position, bitmap);
  }

  show(frame) {
    this.frame = frame;
    this.draw();
  }

  /** Window and level in grey values; a window under one grey value would divide by nothing. */
  setWindow(window, level) {
    this.window = Math.min(510, Math.max(1, window));
    this.level = Math.min(255, Math.max(0, level));
    this.draw();
  }

  nextSize() {
    this.size = SIZES[(SIZES.indexOf(this.size) + 1) % SIZES.length];
    this.layOut();
  }

  reset() {
    Object.assign(this, IDENTITY, { size: SIZES[0], pan: { x: 0, y: 0 } });
    this.layOut();
  }

  /** Take the canvas's size in device pixels: only then is one pixel of it one pixel of the screen. */
  resize(width, height) {
    Object.assign(this.canvas, { width, height });
    this.layOut();
  }

  /** Move the image, by CSS pixels; of use at 1:1, when it is larger than the space. */
  panBy(dx, dy) {
    this.pan.x += dx * devicePixelRatio;
    this.pan.y += dy * devicePixelRatio;
    this.layOut();
  }

  get overflows() {
    return this.box.width > this.canvas.width || this.box.height > this.canvas.height;
  }

  /** Place the image on whole device pixels, in the middle unless it was moved. */
  layOut() {
    const space = this.canvas;
    const fit = Math.min(space.width / this.width, space.height / this.height);
    const whole = Math.floor(fit);
    const smooth = this.size === "smooth" || (this.size === "whole" && whole < 1);
    this.scale = this.size === "actual" ? 1 : smooth ? fit : whole;
    const width = Math.max(1, Math.round(this.width * this.scale));
    const height = Math.max(1, Math.round(this.height * this.scale));
    const reach = { x: Math.max(0, width - space.width) / 2, y: Math.max(0, height - space.height) / 2 };
    for (const axis of ["x", "y"]) this.pan[axis] = Math.min(reach[axis], Math.max(-reach[axis], this.pan[axis]));
    const x = Math.floor((space.width - width) / 2 + this.pan.x);
    const y = Math.floor((space.height - height) / 2 + this.pan.y);
    this.box = { x, y, width, height, smooth };
    this.canvas.dataset.box = [x, y, width, height].join(" ");
    this.draw();
  }

  get scaleWords() {
    if (this.size === "actual") return "1:1, exact pixels";
    return this.box.smooth ? `×${this.scale.toFixed(2)}, smooth` : `×${this.scale}, exact pixels`;
  }

  draw() {
    if (this.frame === null) return;
    this.renderer.draw(this.frame, { window: this.window, level: this.level }, this.box);
    this.canvas.dataset.frame = this.frame;
  }
}

/** Draw a ramp of all 256 greys as frames are drawn, read it back: true if every grey comes out as itself. */
export async function greysAreExact(rendererName) {
  const ramp = new ImageData(256, 1);
  for (let grey = 0; grey < 256; grey += 1) ramp.data.set([grey, grey, grey, 255], 4 * grey);
  const canvas = Object.assign(document.createElement("canvas"), { width: 256, height: 1 });
  const Renderer = rendererName === WebglRenderer.name ? WebglRenderer : CanvasRenderer;
  const renderer = new Renderer(canvas, 256, 1, 1);
  renderer.store(0, await createImageBitmap(ramp, { colorSpaceConversion: "none", premultiplyAlpha: "none" }));
  renderer.draw(0, IDENTITY, { x: 0, y: 0, width: 256, height: 1, smooth: false });
  const copy = Object.assign(document.createElement("canvas"), { width: 256, height: 1 }).getContext("2d");
  copy.drawImage(canvas, 0, 0);
  return copy.getImageData(0, 0, 256, 1).data.every((value, i) => value === ramp.data[i]);
}

// All frames of a video in one texture array on the graphics card, drawn by a shader.

export const SURROUND = 26; // the neutral grey around the image, as in viewer.css
export const DIFFERENCE_GAIN = 4; // a change of one grey value is four in the difference map

/** Names of what draws WebGL2 on the processor: SwiftShader in Chromium; Mesa's and Windows' own elsewhere. */
const SOFTWARE = /swiftshader|llvmpipe|softpipe|basic render|software/i;

let known = null;

/** Whether WebGL2 is drawn by a graphics card: without one, a plain canvas is several times faster. */
function hasCard() {
  if (known === null) {
    const gl = document.createElement("canvas").getContext("webgl2");
    const unmasked = gl?.getExtension("WEBGL_debug_renderer_info")?.UNMASKED_RENDERER_WEBGL;
    known = gl !== null && !SOFTWARE.test(gl.getParameter(unmasked ?? gl.RENDERER));
    gl?.getExtension("WEBGL_lose_context")?.loseContext();
  }
  return known;
}

const VERTEX = `#version 300 es
in vec2 position;
void main() { gl_Position = vec4(position, 0, 1); }`;

// A difference is drawn about middle grey: brighter where the frame is brighter than the one compared with.
const FRAGMENT = `#version 300 es
precision highp float;
precision highp sampler2DArray;
uniform sampler2DArray frames;
uniform float frame, compared, window, level;
uniform bool inverted;
uniform vec2 corner, size;
out vec4 colour;
float grey(float layer) {
  vec2 place = (gl_FragCoord.xy - corner) / size;
  return texture(frames, vec3(place.x, 1.0 - place.y, layer)).r * 255.0;
}
void main() {
  float value = compared < 0.0
    ? (grey(frame) - level) / window + 0.5
    : (grey(frame) - grey(compared)) * ${DIFFERENCE_GAIN}.0 / window + 0.5;
  value = clamp(value, 0.0, 1.0);
  colour = vec4(vec3(inverted ? 1.0 - value : value), 1);
}`;

export class WebglRenderer {
  static name = "webgl2";

  constructor(canvas, width, height, n) {
    if (!hasCard()) throw new Error("no graphics card");
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
      ["frame", "compared", "window", "level", "inverted", "corner", "size"].map((name) => [name, gl.getUniformLocation(program, name)]),
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
    gl.pixelStorei(gl.UNPACK_COLORSPACE_CONVERSION_WEBGL, gl.NONE);
    gl.clearColor(SURROUND / 255, SURROUND / 255, SURROUND / 255, 1);
    if (gl.getError() !== gl.NO_ERROR) throw new Error("not enough graphics memory");
  }

  /** Keep a frame: an ImageBitmap, or its grey values row by row. */
  store(index, picture) {
    const { gl } = this;
    gl.texSubImage3D(
      gl.TEXTURE_2D_ARRAY, 0, 0, 0, index, this.width, this.height, 1, gl.RED, gl.UNSIGNED_BYTE, picture,
    );
  }

  clear() {
    this.gl.disable(this.gl.SCISSOR_TEST);
    this.gl.clear(this.gl.COLOR_BUFFER_BIT);
  }

  /** Draw frame `index` into `box`, cut off at `area`; `compared`: the frame to draw the difference to, or null. */
  draw({ index, compared = null, area, box }, { window, level, inverted }) {
    const { gl, place } = this;
    const bottom = gl.canvas.height - box.y - box.height;
    const filter = box.smooth ? gl.LINEAR : gl.NEAREST;
    gl.texParameteri(gl.TEXTURE_2D_ARRAY, gl.TEXTURE_MIN_FILTER, filter);
    gl.texParameteri(gl.TEXTURE_2D_ARRAY, gl.TEXTURE_MAG_FILTER, filter);
    gl.enable(gl.SCISSOR_TEST);
    gl.scissor(area.x, gl.canvas.height - area.y - area.height, area.width, area.height);
    gl.viewport(box.x, bottom, box.width, box.height);
    gl.uniform1f(place.frame, index);
    gl.uniform1f(place.compared, compared ?? -1);
    gl.uniform1f(place.window, window);
    gl.uniform1f(place.level, level);
    gl.uniform1i(place.inverted, inverted);
    gl.uniform2f(place.corner, box.x, bottom);
    gl.uniform2f(place.size, box.width, box.height);
    gl.drawArrays(gl.TRIANGLE_STRIP, 0, 4);
  }

  /** Give the graphics memory back now, not when the garbage is collected. */
  release() {
    this.gl.getExtension("WEBGL_lose_context")?.loseContext();
  }
}

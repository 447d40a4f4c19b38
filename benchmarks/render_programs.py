"""The same frames by three programs, each run in a process of its own by render_cpu.py and render_gpu.py.

Every program takes FOLDER DEVICE PRECISION KIND FRAMES STEPS, where KIND (base or super) names
FOLDER/KIND.yaml, a configuration of Mediffusion. It draws one batch of frames by DDIM from one noise, with
guidance 4 where there are conditions, and prints seconds (of the processor on a CPU, of the clock on a GPU)
and peak memory in MB. Mediffusion's runs first: it makes the weights, and leaves its pictures to compare;
without it, ours has random weights.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from peer import RANDOM_MODULE

ROOT = Path(__file__).resolve().parents[1]

MEASURE = """
import json, resource, sys, time, warnings
warnings.simplefilter("ignore")
from pathlib import Path
folder, device, precision, kind, frames, steps = sys.argv[1:]
folder, frames, steps = Path(folder), int(frames), int(steps)
def measure(draw):
    draw(2)
    if device == "cuda":
        import torch
        torch.cuda.synchronize(); start = time.perf_counter(); drawn = draw(steps); torch.cuda.synchronize()
        seconds, peak = time.perf_counter() - start, torch.cuda.max_memory_allocated() / 2**20
    else:
        start = time.process_time(); drawn = draw(steps)
        seconds = time.process_time() - start
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return drawn.float().cpu(), {"seconds": seconds, "memory": peak}
"""

THEIRS = (
    MEASURE
    + RANDOM_MODULE
    + """
torch.set_num_threads(1)
module = random_module(folder, kind)
size = module.config.model.input_size
noise = torch.randn(1, 1, size, size).expand(frames, -1, -1, -1).contiguous()
if kind == "base":
    ends = torch.randn(2, module.config.model.num_classes)
    seen = {"cls": torch.lerp(ends[0], ends[1], torch.linspace(0, 1, frames)[:, None])}
else:
    seen = {"concat": torch.rand(frames, 1, size, size) * 2 - 1}
torch.save({"noise": noise, **seen}, folder / f"{kind}.seen")
module, noise = module.to(device), noise.to(device)
seen = {name: value.to(device) for name, value in seen.items()}
def draw(steps):
    with torch.inference_mode(), torch.autocast(device, torch.bfloat16, enabled=precision == "bfloat16"):
        scale = 4.0 if kind == "base" else 0
        pictures = module.predict(noise.clone(), f"DDIM{steps}", dict(seen), classifier_cond_scale=scale)
        return torch.stack(list(pictures))
drawn, result = measure(draw)
if precision == "float32" or device == "cuda":
    torch.save(drawn, folder / f"{kind}.drawn")
print(json.dumps(result))
"""
)

OURS = (
    MEASURE
    + f"""
sys.path.insert(0, {str(ROOT)!r})
from generation.tasks.threads import use_threads
use_threads(1)
"""
    + """
import torch, yaml
from generation.diffusion.ddim import ddim, timesteps
from generation.diffusion.guidance import Guidance
from generation.diffusion.mediffusion import import_model, model_config, read_weights
from generation.diffusion.model import DiffusionModel
from generation.diffusion.network import make_network
from generation.diffusion.sampling import denoiser
settings = yaml.safe_load((folder / f"{kind}.yaml").read_text())
if (folder / f"{kind}.ckpt").exists():
    model = import_model(read_weights(folder / f"{kind}.ckpt"), settings)
    seen = torch.load(folder / f"{kind}.seen", weights_only=True)
else:
    model = DiffusionModel(model_config(settings)).requires_grad_(False).eval()
    size, classes = settings["model"]["input_size"], settings["model"]["num_classes"]
    seen = {"noise": torch.randn(1, 1, size, size)}
    seen |= {"cls": torch.randn(frames, classes)} if classes else {"concat": torch.rand_like(seen["noise"])}
    seen = {name: value.expand(frames, *value.shape[1:]) for name, value in seen.items()}
model, seen = model.to(device), {name: value.to(device) for name, value in seen.items()}
compiled = device == "cuda"
network = make_network(model, precision, compiled=compiled)
codes = seen.get("cls", torch.empty(frames, 0, device=device))
def embed(left_open):
    return model.conditioner(torch.full_like(codes, torch.nan) if left_open else codes)
guidance = Guidance()
if kind == "base":
    guidance = Guidance(scale=4.0, convention="from condition", rescale=0.7, rescale_over="batch")
noise = seen["noise"][:1].expand(frames, -1, -1, -1)
def draw(steps):
    with torch.inference_mode():
        denoise = denoiser(
            model, embed, guidance=guidance, beside=seen.get("concat"), network=network, share=not compiled)
        return ddim(denoise, noise, model.alpha_bar, timesteps(1000, steps, "leading"))
drawn, result = measure(draw)
if (folder / f"{kind}.drawn").exists():
    expected = torch.load(folder / f"{kind}.drawn", weights_only=True).reshape(drawn.shape)
    result["difference"] = float(127.5 * (drawn - expected.clamp(-1, 1)).abs().max())
print(json.dumps(result))
"""
)

DIFFUSERS = (
    MEASURE
    + """
import torch, yaml
torch.set_num_threads(1)
from diffusers import DDIMScheduler, UNet2DModel
settings = yaml.safe_load((folder / f"{kind}.yaml").read_text())["model"]
widths = tuple(settings["model_channels"] * multiple for multiple in settings["channel_mult"])
attends = [2**level in settings["attention_resolutions"] for level in range(len(widths))]
net = UNet2DModel(
    sample_size=settings["input_size"], in_channels=settings.get("in_channels", 1), out_channels=1,
    layers_per_block=settings["num_res_blocks"][0], block_out_channels=widths,
    down_block_types=tuple("AttnDownBlock2D" if attend else "DownBlock2D" for attend in attends),
    up_block_types=tuple("AttnUpBlock2D" if attend else "UpBlock2D" for attend in attends[::-1]),
    attention_head_dim=widths[-1] // 4, resnet_time_scale_shift="scale_shift",
    class_embed_type="identity" if kind == "base" else None,
).eval().to(device)
seen = torch.load(folder / f"{kind}.seen", weights_only=True, map_location=device)
labels = torch.randn(2 * frames, 4 * widths[0], device=device) if kind == "base" else None
def draw(steps):
    scheduler = DDIMScheduler(beta_schedule="squaredcos_cap_v2", prediction_type="v_prediction")
    scheduler.set_timesteps(steps)
    x = seen["noise"][:1].expand(frames, -1, -1, -1).contiguous()
    for t in scheduler.timesteps:
        with torch.inference_mode(), torch.autocast(device, torch.bfloat16, enabled=precision == "bfloat16"):
            if labels is None:
                output = net(torch.cat([x, seen["concat"]], dim=1), t).sample.float()
            else:
                given, null = net(torch.cat([x, x]), t, class_labels=labels).sample.float().chunk(2)
                output = null + 4.0 * (given - null)
            x = scheduler.step(output, t, x).prev_sample
    return x
print(json.dumps(measure(draw)[1]))
"""
)


def run(python: Path | str, program: str, *arguments: Any) -> dict[str, float]:
    """What a program prints last. Raises CalledProcessError, with its messages shown, when it fails."""
    done = subprocess.run([python, "-c", program, *map(str, arguments)], capture_output=True, text=True)
    if done.returncode:
        print(done.stderr, file=sys.stderr)
    done.check_returncode()
    result: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return result

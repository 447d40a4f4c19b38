"""Training steps beside Mediffusion's: core-seconds and memory, the same network, batch and optimizer.

    python benchmarks/training.py [--environment FOLDER] [--device cpu] [--size 64] [--channels 64]
        [--batch 8]

The peer's step is its own loss, backward, clipping, AdamW and the average of weights that its trainer keeps
on the processor, without Lightning around it. Each line is a process of its own. With --device cuda the
same script measures a GPU (seconds then are those of the clock).
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import torch
import yaml

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]
STEPS, WARM = 6, 2

# What both programs run around their step; it prints median seconds a step and the greatest memory in MB.
MEASURE = f"""
import json, resource, statistics, sys, time
def measure(step, cuda):
    seen = []
    for _ in range({STEPS}):
        if cuda: torch.cuda.synchronize()
        start = time.perf_counter() if cuda else time.process_time()
        step()
        if cuda: torch.cuda.synchronize()
        seen.append((time.perf_counter() if cuda else time.process_time()) - start)
    peak = torch.cuda.max_memory_allocated() / 2**20 if cuda else (
        resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    print(json.dumps([statistics.median(seen[{WARM}:]), peak]))
"""
OURS = """
import sys
folder, device, precision, batch = sys.argv[1:]
sys.path.insert(0, {root!r})
import torch, yaml
torch.set_num_threads(1)
from pathlib import Path
from generation.diffusion.mediffusion import model_config
from generation.diffusion.options import TrainingOptions
from generation.diffusion.parallel import Process
from generation.diffusion.training import Trainer
config = model_config(yaml.safe_load((Path(folder) / "base.yaml").read_text()))
size, batch = config.unet.image_size, int(batch)
images = torch.randint(0, 256, (2 * batch, size, size), dtype=torch.uint8)
trainer = Trainer(
    config, images, torch.randn(2 * batch, len(config.schema.attributes)),
    TrainingOptions(batch=batch, precision=precision), Process(device=torch.device(device)))
measure(trainer.step, device == "cuda")
"""
THEIRS = """
import sys, warnings, logging, copy
warnings.simplefilter("ignore")
folder, device, precision, batch = sys.argv[1:]
import torch
torch.set_num_threads(1)
from pathlib import Path
from mediffusion import DiffusionModule
module = DiffusionModule(str(Path(folder) / "base.yaml")).to(device)
average = copy.deepcopy(module.model).cpu()
optimizer = torch.optim.AdamW(module.model.parameters(), lr=1e-4, fused=True)
size, batch = module.config.model.input_size, int(batch)
images = torch.rand(batch, 1, size, size, device=device) * 2 - 1
classes = torch.randn(batch, module.config.model.num_classes, device=device)
def step():
    optimizer.zero_grad(set_to_none=True)
    t, _ = module.timestep_scheduler.sample(batch_size=batch, device=images.device)
    with torch.autocast(device, torch.bfloat16, enabled=precision == "bfloat16"):
        loss = module.diffusion.training_losses(
            model=module.model, x_start=images, t=t, noise=torch.randn_like(images),
            model_kwargs={"cls": classes, "concat": None})["loss"].mean()
    loss.backward()
    torch.nn.utils.clip_grad_norm_(module.model.parameters(), 1.0)
    optimizer.step()
    with torch.no_grad():
        for kept, value in zip(average.parameters(), module.model.parameters()):
            kept.mul_(0.9999).add_(value.detach().cpu(), alpha=1e-4)
measure(step, device == "cuda")
"""


def main() -> None:
    from peer import environment, reduced_network

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--environment", type=Path, help="of Mediffusion: made or used")
    parser.add_argument("--device", choices=("cpu", "cuda"), default="cpu")
    parser.add_argument("--size", type=int, default=64)
    parser.add_argument("--channels", type=int, default=64)
    parser.add_argument("--batch", type=int, default=8)
    chosen = parser.parse_args()
    settings = reduced_network(chosen.size, chosen.channels)
    with tempfile.TemporaryDirectory() as temporary:
        work = Path(temporary)
        (work / "base.yaml").write_text(yaml.safe_dump(settings))
        peer = environment(chosen.environment or work / "environment")
        programs = {
            "Mediffusion 0.7.1": (peer, MEASURE + THEIRS),
            "here": (sys.executable, MEASURE + OURS.format(root=str(ROOT))),
        }
        print(
            f"{chosen.size} px, {chosen.channels} channels, batch {chosen.batch}, torch {torch.__version__}"
        )
        print("\n| | arithmetic | seconds a step | memory, MB | against Mediffusion in float32 |")
        print("|---|---|---|---|---|")
        first = 0.0
        for precision in ("float32", "bfloat16"):
            for name, (python, program) in programs.items():
                run = subprocess.run(
                    [python, "-c", program, str(work), chosen.device, precision, str(chosen.batch)],
                    check=True,
                    capture_output=True,
                    text=True,
                )
                seconds, memory = json.loads(run.stdout.splitlines()[-1])
                first = first or seconds
                print(
                    f"| {name} | {precision} | {seconds:.2f} | {memory:.0f} | {first / seconds:.2f}× |",
                    flush=True,
                )


if __name__ == "__main__":
    main()

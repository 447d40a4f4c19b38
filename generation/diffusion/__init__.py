"""Denoising diffusion, without Django: schedule, U-Net, conditions, guidance, sampler, training, checkpoints.

``schema`` and ``folder`` load without torch, for web code; all other modules need it. Images are (B, 1, H, W)
float tensors in [-1, 1]; noise levels are indexed by t = 0 (least noise) to T - 1.
"""

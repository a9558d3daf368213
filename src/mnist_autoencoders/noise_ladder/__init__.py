"""The same noisy images for every denoiser, model or filter: each kind at ascending strengths."""

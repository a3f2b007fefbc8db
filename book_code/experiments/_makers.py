"""The book's generators, each with its way to learn: one step on a batch, and pictures made afterwards.

Losses and steps are those of the models; the betas of Adam are those of the papers.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn
from torch.optim import Adam
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from book_code.models.conditional_gan import torch_model as conditional
from book_code.models.conditional_gan.config import ConditionalGANConfig
from book_code.models.dcgan.config import DCGANConfig
from book_code.models.dcgan.torch_model import DCGAN
from book_code.models.ddpm import torch_model as diffusion
from book_code.models.ddpm.config import DDPMConfig
from book_code.models.gan import torch_losses, torch_model
from book_code.models.gan.config import GANConfig
from book_code.models.stylegan import torch_training as styles
from book_code.models.stylegan.config import StyleGAN2Config
from book_code.models.stylegan.torch_model import StyleGAN2
from book_code.models.vae import torch_model as variational
from book_code.models.vae.config import VAEConfig
from book_code.models.wgan import torch_model as wasserstein
from book_code.models.wgan.config import WGANGPConfig


class Maker:
    """A model in training. Pixels of `step` and `make` are from 0 to 1, whatever the model takes."""

    model: Any
    average: Any = None  # what makes the pictures, where it is not the model itself

    def __init__(self, config: Any, shape: Any, classes: int, rate: float) -> None:
        raise NotImplementedError

    def to(self, device: str) -> Any:
        """Move all that learns to a device."""
        for part in (self.model, self.average):
            if part is not None:
                part.to(device)
        return self

    def step(self, x: Tensor, y: Tensor) -> None:
        """Learn from a batch of pictures and their classes."""
        raise NotImplementedError

    def make(self, labels: Tensor, generator: torch.Generator) -> Tensor:
        """As many pictures as labels; only a conditional model heeds them."""
        return torch_model.sample(self.model, len(labels), generator=generator) / 2 + 0.5

    def noise(self, x: Tensor) -> Tensor:
        """Noise for as many pictures."""
        return torch.randn(len(x), self.model.config.latent, device=x.device)


def players(model: Any, rate: float, *betas: float) -> tuple[Adam, Adam]:
    """An optimizer for the generator, and one for the player against it."""
    against, pair = getattr(model, "critic", None) or model.discriminator, (betas[0], betas[1])
    return Adam(model.generator.parameters(), rate, pair), Adam(
        against.parameters(), rate, pair
    )


def averaged(model: nn.Module, decay: float) -> AveragedModel:
    """A copy whose weights are the moving average of the model's."""
    return AveragedModel(model, multi_avg_fn=get_ema_multi_avg_fn(decay))


class OfVAE(Maker):
    """Makes the means of p(x|z) for codes from the prior."""

    def __init__(self, config: Any, shape: Any, classes: int, rate: float) -> None:
        hidden = (24 * config.width, 12 * config.width)
        self.model = variational.VAE(VAEConfig(shape, hidden, config.latent, "relu"))
        self.optimizer = Adam(self.model.parameters(), rate)

    def step(self, x: Tensor, y: Tensor) -> None:
        """Raise the bound on the likelihood."""
        loss = variational.negative_elbo(self.model, x, self.noise(x))
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()

    def make(self, labels: Tensor, generator: torch.Generator) -> Tensor:
        """Decode codes."""
        return variational.sample(self.model, len(labels), generator=generator)


class OfGAN(Maker):
    """Two perceptrons."""

    def __init__(self, config: Any, shape: Any, classes: int, rate: float) -> None:
        hidden = (16 * config.width, 16 * config.width)
        self.model = torch_model.GAN(
            GANConfig(shape, config.latent, hidden, hidden, None, "tanh")
        )
        self.optimizers = players(self.model, rate, 0.5, 0.999)

    def step(self, x: Tensor, y: Tensor) -> None:
        """One step of each player."""
        generator, discriminator = self.optimizers
        torch_model.discriminator_step(self.model, discriminator, 2 * x - 1, self.noise(x))
        torch_model.generator_step(self.model, generator, self.noise(x))

    def make(self, labels: Tensor, generator: torch.Generator) -> Tensor:
        """Pictures, with batch norm, if there is one, by its running means."""
        self.model.eval()
        return super().make(labels, generator)


class OfDCGAN(OfGAN):
    """Two players of convolutions and batch norm; losses and steps are the GAN's."""

    def __init__(self, config: Any, shape: Any, classes: int, rate: float) -> None:
        w = config.width
        sizes = DCGANConfig(
            shape[1], shape[0], latent=config.latent, generator=w, discriminator=w
        )
        self.model: Any = DCGAN(sizes)
        self.optimizers = players(self.model, rate, 0.5, 0.999)


class OfWGANGP(OfGAN):
    """DCGAN's players, a critic without batch norm, and the gradient penalty; five critic's steps for each."""

    def __init__(self, config: Any, shape: Any, classes: int, rate: float) -> None:
        maps = DCGANConfig(shape[1], shape[0]).widths(config.width)
        self.model: Any = wasserstein.WGANGP(WGANGPConfig(shape, config.latent, maps, maps))
        self.optimizers = players(self.model, rate, 0.0, 0.9)

    def step(self, x: Tensor, y: Tensor) -> None:
        """Five steps of the critic, on fifths of the batch, and one of the generator."""
        generator, critic = self.optimizers
        for part in (2 * x - 1).chunk(5):
            epsilon = torch.rand(len(part), device=x.device)
            wasserstein.critic_step(self.model, critic, part, self.noise(part), epsilon)
        wasserstein.generator_step(self.model, generator, self.noise(part))


class OfConditionalGAN(Maker):
    """Two perceptrons that are told the class."""

    def __init__(self, config: Any, shape: Any, classes: int, rate: float) -> None:
        w = config.width
        sizes = ConditionalGANConfig(
            shape, classes, config.latent, 8 * w, 8 * w, (16 * w,), 16 * w, 4 * w, (16 * w,),
            None, None, "projection", "tanh",
        )  # fmt: skip
        self.model = conditional.ConditionalGAN(sizes)
        self.optimizers = players(self.model, rate, 0.5, 0.999)

    def step(self, x: Tensor, y: Tensor) -> None:
        """One step of each player, with the classes of the batch."""
        generator, discriminator = self.optimizers
        conditional.discriminator_step(self.model, discriminator, 2 * x - 1, y, self.noise(x))
        conditional.generator_step(self.model, generator, y, self.noise(x))

    def make(self, labels: Tensor, generator: torch.Generator) -> Tensor:
        """Pictures of the classes asked for."""
        return conditional.sample(self.model, labels, generator=generator) / 2 + 0.5


class OfStyleGAN(Maker):
    """StyleGAN2: R1 every 16th step, without the path length penalty; pictures by averaged weights."""

    def __init__(self, config: Any, shape: Any, classes: int, rate: float) -> None:
        w = config.width
        sizes = StyleGAN2Config(
            shape[1], shape[0], config.latent, config.latent, 2, base=shape[1] * w // 2, most=2 * w, r1=1.0
        )  # fmt: skip
        self.model = StyleGAN2(sizes)
        self.optimizers, self.steps = players(self.model, rate, 0.0, 0.99), 0
        self.average = averaged(self.model, config.average)

    def step(self, x: Tensor, y: Tensor) -> None:
        """Learn from a batch, and let the average follow."""
        self.both(2 * x - 1)
        self.steps += 1
        self.average.update_parameters(self.model)

    def both(self, real: Tensor) -> None:
        """One step of each player, each with fresh noise maps."""
        (generator, discriminator), model = self.optimizers, self.model
        real = real[: len(real) // 4 * 4]  # pictures are judged in groups of four
        fake = model(self.noise(real), styles.draw_noise(model.config, len(real), real))
        judged = model.discriminator(real), model.discriminator(fake.detach())
        loss = torch_losses.adversarial_discriminator(*judged)
        if self.steps % 16 == 0:
            loss = loss + 16 * styles.r1_penalty(model, real)
        discriminator.zero_grad()
        loss.backward()
        discriminator.step()
        noise = styles.draw_noise(model.config, len(real), real)
        loss = styles.generator_loss(model, self.noise(real), noise)
        generator.zero_grad()
        loss.backward()
        generator.step()

    def make(self, labels: Tensor, generator: torch.Generator) -> Tensor:
        """Pictures of styles as they come, not brought nearer to the mean."""
        return styles.sample(self.average.module, len(labels), generator=generator) / 2 + 0.5


class OfDDPM(Maker):
    """A small U-Net that finds noise; pictures by averaged weights and `draws` steps of DDIM."""

    def __init__(self, config: Any, shape: Any, classes: int, rate: float) -> None:
        w = config.width
        sizes = DDPMConfig(
            shape[1], shape[0], w, config.levels, config.blocks, config.attention, groups=8,
            dropout=0.0, schedule="cosine",
        )  # fmt: skip
        self.model, self.draws = diffusion.DDPM(sizes), config.draws
        self.optimizer = Adam(self.model.parameters(), rate)
        self.average = averaged(self.model, config.average)

    def step(self, x: Tensor, y: Tensor) -> None:
        """Find the noise at times that are drawn."""
        real = 2 * x - 1
        t = torch.randint(0, len(self.model.schedule), (len(x),), device=x.device)
        loss = diffusion.diffusion_loss(self.model, real, t, torch.randn_like(real))
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()
        self.average.update_parameters(self.model)

    def make(self, labels: Tensor, generator: torch.Generator) -> Tensor:
        """Take the noise out, step by step."""
        made = diffusion.sample(
            self.average.module, len(labels), generator=generator, steps=self.draws
        )
        return made / 2 + 0.5


MAKERS: dict[str, type[Maker]] = {
    "vae": OfVAE,
    "gan": OfGAN,
    "dcgan": OfDCGAN,
    "wgan_gp": OfWGANGP,
    "conditional_gan": OfConditionalGAN,
    "stylegan": OfStyleGAN,
    "ddpm": OfDDPM,
}

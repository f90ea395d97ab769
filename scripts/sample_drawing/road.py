"""A road in right-hand traffic: signs that must not be mirrored, a red light, cars, and the two lanes."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from sample_drawing.canvas import (
    Canvas,
    Colour,
    Field,
    Point,
    blur,
    box_of,
    clouds,
    curve,
    ellipse,
    grid,
    noise,
    polygon,
    rectangle,
    stroke,
    text,
)
from sample_drawing.labels import Picture, Thing

HEIGHT, WIDTH = 600, 960
SIZE = (HEIGHT, WIDTH)
HORIZON = 262.0
VANISHING: Point = (468.0, HORIZON - 6)
STEEL: Colour = (150, 154, 160)
WHITE: Colour = (244, 244, 240)
RED: Colour = (190, 28, 34)
BLUE: Colour = (22, 82, 164)


def road() -> tuple[npt.NDArray[np.uint8], Picture]:
    """The picture and its labels: signs, light and cars as boxes, lanes as outlines."""
    rng = np.random.default_rng(30)
    canvas = Canvas(*SIZE)
    _sky(canvas, rng)
    _land(canvas, rng)
    lanes = _surface(canvas, rng)
    things = [
        Thing("car", box=_car(canvas, (527, 372), 92, (164, 36, 40), rear=True)),
        Thing("car", box=_car(canvas, (391, 318), 42, (226, 228, 230), rear=False)),
        Thing("car", box=_car(canvas, (272, 408), 126, (40, 74, 120), rear=False)),
        Thing("traffic light red", box=_traffic_light(canvas)),
        Thing("speed limit 30", box=_speed_limit(canvas, (690, 214), 24)),
        Thing("turn left", box=_turn_left(canvas, (762, 196), 34)),
        Thing("stop", box=_stop(canvas, (870, 170), 52)),
    ]
    _through_the_lens(canvas, rng)
    return canvas.to_uint8(), Picture("road.jpg", HEIGHT, WIDTH, (*lanes, *things))


def _at(x_at_bottom: float, y: float) -> Point:
    """The point at height ``y`` on the line from the vanishing point to ``x_at_bottom`` on the lower edge."""
    share = (y - VANISHING[1]) / (HEIGHT - VANISHING[1])
    return VANISHING[0] + (x_at_bottom - VANISHING[0]) * share, y


def _sky(canvas: Canvas, rng: np.random.Generator) -> None:
    ys, xs = grid(SIZE)
    down = np.clip(ys / HORIZON, 0, 1)[..., None]
    canvas.pixels = np.array([0.33, 0.55, 0.83]) * (1 - down) + np.array([0.93, 0.90, 0.84]) * down
    fluff = clouds(rng, SIZE, 46, 5) + 0.9 * noise(rng, SIZE, (22, 90))
    cover = np.clip((fluff - 0.35) * 0.8, 0, 1) * np.clip(1.1 - ys / HORIZON, 0, 1)
    lit = np.clip(0.97 - 0.09 * blur(cover, 9), 0, 1)[..., None] * np.array([1.0, 0.99, 0.97])
    canvas.paint(blur(cover, 1.2), lit, 0.85)
    glow = np.exp(-(((xs - 180) / 420) ** 2 + ((ys - 230) / 130) ** 2))
    canvas.add(glow[..., None] * np.array([0.09, 0.06, 0.0]))


def _land(canvas: Canvas, rng: np.random.Generator) -> None:
    ys, xs = grid(SIZE)
    for base, swing, colour, seed in ((238, 16, (142, 164, 178), 0.6), (252, 12, (104, 134, 116), 2.3)):
        ridge = base - swing * (np.sin(xs / 133 + seed) + 0.5 * np.sin(xs / 51 + seed * 3) + 0.12 * np.sin(xs / 11))
        canvas.paint(np.clip(ys - ridge, 0, 1), colour)
    grass = np.clip(ys - HORIZON + 2, 0, 1)
    near = np.clip((ys - HORIZON) / (HEIGHT - HORIZON), 0, 1)
    canvas.paint(grass, np.stack([0.40 - 0.12 * near, 0.51 - 0.13 * near, 0.27 - 0.12 * near], -1))
    blades = 0.05 * noise(rng, SIZE, (1.2, 0.7)) * near + 0.05 * clouds(rng, SIZE, 18) * (0.3 + near)
    canvas.add((grass * blades)[..., None] * np.array([1, 1.05, 0.6]))
    for x, y, size in _trees(rng):
        _tree(canvas, rng, (x, y), size)


def _trees(rng: np.random.Generator) -> list[tuple[float, float, float]]:
    far = [(float(x), 264.0, float(rng.uniform(20, 34))) for x in np.arange(6, 410, 27) + rng.uniform(-8, 8, 15)]
    right = [(float(x), 265.0, float(rng.uniform(24, 42))) for x in np.arange(560, 970, 30) + rng.uniform(-8, 8, 14)]
    return [*far, *right, (90, 300, 120), (190, 284, 78), (262, 276, 52), (905, 296, 118), (806, 282, 70)]


def _tree(canvas: Canvas, rng: np.random.Generator, foot: Point, height: float) -> None:
    """A trunk and a crown of leaves that the sun lights from the left; drawn in its own small window."""
    x, y = foot
    left, top = max(int(x - 0.9 * height), 0), max(int(y - 1.4 * height), 0)
    window = (slice(top, int(y + 0.2 * height) + 2), slice(left, int(x + 0.9 * height) + 2))
    part = Canvas(*canvas.pixels[window].shape[:2])
    part.pixels = canvas.pixels[window]
    x, y = x - left, y - top
    ys, xs = grid(part.size)
    shadow = blur(ellipse(part.size, (x + height * 0.18, y), (height * 0.5, height * 0.055)), 2)
    part.paint(shadow, (36, 48, 28), 0.5)
    part.paint(stroke(part.size, [(x, y), (x, y - height * 0.5)], [height * 0.09, height * 0.05]), (74, 58, 44))
    u, v = (xs - x) / (height * 0.42), (ys - (y - height * 0.66)) / (height * 0.44)
    leaves = clouds(rng, part.size, max(height * 0.07, 1.6), 3)
    crown = np.clip((1.0 - np.hypot(u, v) + 0.11 * leaves) * height * 0.16, 0, 1)
    light = np.clip(0.52 - 0.24 * u - 0.34 * v + 0.13 * leaves, 0.1, 1.1)[..., None]
    haze = np.clip((60 - height) / 60, 0, 0.5)
    green = (np.array([0.42, 0.56, 0.20]) * light) * (1 - haze) + np.array([0.60, 0.68, 0.66]) * haze
    part.paint(crown, green)
    canvas.pixels[window] = part.pixels


def _surface(canvas: Canvas, rng: np.random.Generator) -> tuple[Thing, Thing]:
    ys, xs = grid(SIZE)
    left, middle, right = -330.0, 330.0, 990.0
    top = HORIZON + 3
    walk = polygon(SIZE, [_at(left - 190, top), _at(left - 190, 620), _at(right + 190, 620), _at(right + 190, top)])
    canvas.paint(walk, (172, 168, 160))
    canvas.add(walk * 0.018 * noise(rng, SIZE, 0.8))
    asphalt = polygon(SIZE, [_at(left, top), _at(left, 640), _at(right, 640), _at(right, top)])
    across = (xs - VANISHING[0]) / np.maximum(ys - VANISHING[1], 2) * (HEIGHT - VANISHING[1]) + VANISHING[0]
    worn = sum((np.exp(-(((across - centre) / 70) ** 2)) for centre in (-160, 150, 500, 820)), np.zeros(SIZE))
    depth = np.clip((ys - HORIZON) / (HEIGHT - HORIZON), 0, 1)
    grey = 0.43 - 0.10 * depth - 0.035 * worn + (0.02 + 0.025 * depth) * noise(rng, SIZE, 0.55)
    grey += 0.012 * clouds(rng, SIZE, 30) + 0.10 * np.exp(-depth * 14)
    canvas.paint(asphalt, grey[..., None] * np.array([1.0, 0.995, 0.985]))
    for edge in (left, right):
        kerb = polygon(SIZE, [_at(edge - 16, top), _at(edge - 16, 640), _at(edge + 16, 640), _at(edge + 16, top)])
        canvas.paint(kerb, (198, 194, 186))
    paint = 0.86 + 0.08 * noise(rng, SIZE, 1.0)
    for edge in (left + 46, right - 46):
        line = polygon(SIZE, [_at(edge - 8, top + 3), _at(edge - 8, 640), _at(edge + 8, 640), _at(edge + 8, top + 3)])
        canvas.paint(line, WHITE, 0.85 * paint)
    for near, far in ((640, 520), (452, 398), (366, 340), (324, 311), (303, 296), (291, 287), (283, 280)):
        dash = [_at(middle - 9, far), _at(middle - 9, near), _at(middle + 9, near), _at(middle + 9, far)]
        canvas.paint(polygon(SIZE, dash), WHITE, 0.85 * paint)
    return _lane("oncoming lane", left + 54, middle - 10), _lane("own lane", middle + 10, right - 54)


def _lane(label: str, left: float, right: float) -> Thing:
    """The lane between two lines, cut at the lower edge and the sides of the picture."""
    top = 300.0
    corners = [_at(left, top), _at(left, HEIGHT), _at(right, HEIGHT), _at(right, top)]
    if left < 0:
        x, _ = VANISHING
        y = VANISHING[1] + (HEIGHT - VANISHING[1]) * x / (x - left)
        corners[1:2] = [(0.0, y), (0.0, float(HEIGHT))]
    return Thing(label, polygon=tuple((round(x, 1), round(y, 1)) for x, y in corners))


def _car(canvas: Canvas, foot: Point, width: float, colour: Colour, rear: bool) -> tuple[float, float, float, float]:
    """A car seen from behind or from the front; ``foot`` is the middle between its wheels on the ground."""
    x, y = foot
    w = width / 2
    ys, xs = grid(SIZE)

    def part(x1: float, y1: float, x2: float, y2: float, radius: float = 0.04) -> Field:
        return rectangle(SIZE, x + x1 * w, y - y2 * w, x + x2 * w, y - y1 * w, radius * w)

    canvas.paint(blur(ellipse(SIZE, (x + 0.1 * w, y), (1.25 * w, 0.16 * w)), width / 22), (16, 16, 20), 0.75)
    tyres = np.maximum(part(-0.9, 0, -0.6, 0.5, 0.1), part(0.6, 0, 0.9, 0.5, 0.1))
    canvas.paint(tyres, (22, 22, 24))
    roof = [(-0.60, 1.56), (-0.42, 1.64), (0.42, 1.64), (0.60, 1.56), (0.92, 0.98), (-0.92, 0.98)]
    cabin = polygon(SIZE, [(x + a * w, y - b * w) for a, b in roof])
    body = np.maximum(part(-1, 0.26, 1, 1.04, 0.2), cabin)
    light = 0.80 + 0.30 * np.clip((y - 0.75 * w - ys) / (0.6 * w), -1, 1) - 0.10 * np.clip((xs - x) / w, -1, 1)
    canvas.paint(body, np.clip(np.array(colour) / 255 * light[..., None], 0, 1))
    canvas.paint(part(-0.93, 0.98, 0.93, 1.02), (255, 255, 255), 0.25)
    pane = [(-0.52, 1.54), (0.52, 1.54), (0.78, 1.03), (-0.78, 1.03)]
    glass = polygon(SIZE, [(x + a * w, y - b * w) for a, b in pane])
    sheen = np.clip((y - 1.0 * w - ys) / (0.6 * w), 0, 1)[..., None]
    canvas.paint(glass, np.array([0.11, 0.13, 0.16]) + sheen * np.array([0.30, 0.34, 0.38]))
    canvas.paint(part(-0.96, 0.26, 0.96, 0.42, 0.08), (34, 36, 40))
    canvas.paint(part(-0.24, 0.42, 0.24, 0.56, 0.02), WHITE if rear else (28, 30, 34))
    if rear:
        for side in (-1, 1):
            lamp = part(min(side * 0.62, side * 0.96), 0.70, max(side * 0.62, side * 0.96), 0.90, 0.06)
            canvas.paint(lamp, (214, 34, 30))
            canvas.add((0.35 * blur(lamp, width / 30))[..., None] * np.array([0.5, 0.05, 0.03]))
    else:
        canvas.paint(part(-0.42, 0.60, 0.42, 0.82, 0.06), (24, 26, 30))
        for side in (-1, 1):
            lamp = part(min(side * 0.54, side * 0.94), 0.66, max(side * 0.54, side * 0.94), 0.84, 0.08)
            canvas.paint(lamp, (250, 248, 232))
            canvas.add((0.30 * blur(lamp, width / 18))[..., None] * np.array([0.9, 0.85, 0.7]))
            mirror = part(side * 1.06 - 0.10, 1.00, side * 1.06 + 0.10, 1.13, 0.04)
            canvas.paint(mirror, colour)
            body = np.maximum(body, mirror)
    return box_of(np.maximum(body, tyres))


def _pole(canvas: Canvas, x: float, top: float, foot: float, width: float) -> None:
    _, xs = grid(SIZE)
    canvas.paint(blur(ellipse(SIZE, (x + 4, foot), (width * 2.2, width * 0.6)), 2), (40, 42, 38), 0.55)
    round_light = np.clip(0.72 - 0.45 * (xs - x) / width, 0.2, 1.1)[..., None] * (np.array(STEEL) / 255)
    canvas.paint(rectangle(SIZE, x - width / 2, top, x + width / 2, foot), round_light)


def _plate(canvas: Canvas, shape: Field, colour: Colour) -> None:
    """The face of a sign: its shadow on what is behind, and sky light on its upper half."""
    canvas.paint(blur(np.roll(shape, (2, 2), (0, 1)), 2), (20, 20, 24), 0.35)
    ys, _ = grid(SIZE)
    _, y1, _, y2 = box_of(shape)
    light = np.clip(1.06 - 0.16 * (ys - y1) / (y2 - y1), 0.85, 1.06)[..., None]
    canvas.paint(shape, np.clip(np.array(colour) / 255 * light, 0, 1))


def _octagon(centre: Point, radius: float) -> list[Point]:
    turns = np.deg2rad(22.5 + 45 * np.arange(8))
    return [(centre[0] + radius * float(np.cos(t)), centre[1] + radius * float(np.sin(t))) for t in turns]


def _stop(canvas: Canvas, centre: Point, radius: float) -> tuple[float, float, float, float]:
    _pole(canvas, centre[0], centre[1], 520, 9)
    rim = polygon(SIZE, _octagon(centre, radius))
    _plate(canvas, rim, WHITE)
    canvas.paint(polygon(SIZE, _octagon(centre, radius * 0.925)), RED)
    canvas.paint(text(SIZE, centre, "STOP", radius * 0.62, radius * 0.022, "mm"), WHITE)
    return box_of(rim)


def _turn_left(canvas: Canvas, centre: Point, radius: float) -> tuple[float, float, float, float]:
    _pole(canvas, centre[0], centre[1], 436, 6.5)
    x, y = centre
    disc = ellipse(SIZE, centre, (radius, radius))
    _plate(canvas, disc, WHITE)
    canvas.paint(ellipse(SIZE, centre, (radius * 0.94, radius * 0.94)), BLUE)
    bend = curve([(0.28, 0.62), (0.28, 0.18), (0.20, -0.04), (0.0, -0.12), (-0.24, -0.12)])
    arrow = stroke(SIZE, [(x + a * radius, y + b * radius) for a, b in bend], radius * 0.22)
    head = polygon(SIZE, [(x + a * radius, y + b * radius) for a, b in ((-0.68, -0.12), (-0.2, -0.5), (-0.2, 0.26))])
    canvas.paint(np.maximum(arrow, head), WHITE)
    return box_of(disc)


def _speed_limit(canvas: Canvas, centre: Point, radius: float) -> tuple[float, float, float, float]:
    _pole(canvas, centre[0], centre[1], 372, 5)
    disc = ellipse(SIZE, centre, (radius, radius))
    _plate(canvas, disc, RED)
    canvas.paint(ellipse(SIZE, centre, (radius * 0.76, radius * 0.76)), WHITE)
    canvas.paint(text(SIZE, centre, "30", radius * 0.98, radius * 0.035, "mm"), (22, 22, 24))
    return box_of(disc)


def _traffic_light(canvas: Canvas) -> tuple[float, float, float, float]:
    """Three lamps on a mast arm over the own lane; red is on."""
    _pole(canvas, 636, 92, 350, 7)
    arm = curve([(636, 96), (600, 88), (520, 86)])
    canvas.paint(stroke(SIZE, arm, 5), (120, 124, 130))
    x, y = 532.0, 84.0
    case = rectangle(SIZE, x - 17, y, x + 17, y + 92, 7)
    _plate(canvas, case, (30, 32, 34))
    lamps = ((RED[0] + 60, 40, 34), (70, 56, 22), (22, 58, 38))
    for i, colour in enumerate(lamps):
        centre = (x, y + 18 + 28 * i)
        canvas.paint(ellipse(SIZE, centre, (11.5, 11.5)), (12, 13, 14))
        canvas.paint(ellipse(SIZE, centre, (10, 10)), (float(colour[0]), float(colour[1]), float(colour[2])))
    on = ellipse(SIZE, (x, y + 18), (10, 10))
    canvas.add((0.25 * ellipse(SIZE, (x - 2, y + 15), (5, 5), soft_px=5))[..., None] * np.array([1, 0.7, 0.6]))
    canvas.add((0.8 * blur(on, 9))[..., None] * np.array([0.8, 0.12, 0.08]))
    return box_of(case)


def _through_the_lens(canvas: Canvas, rng: np.random.Generator) -> None:
    ys, xs = grid(SIZE)
    canvas.pixels = blur(canvas.pixels, 0.55)
    corner = np.hypot((xs - WIDTH / 2) / WIDTH, (ys - HEIGHT / 2) / HEIGHT)
    canvas.shade(1.04 - 0.32 * corner**2.4)
    canvas.add(0.010 * noise(rng, SIZE, 0.5)[..., None] * np.ones(3))
    canvas.add(0.006 * np.stack([noise(rng, SIZE, 0.8) for _ in range(3)], -1))

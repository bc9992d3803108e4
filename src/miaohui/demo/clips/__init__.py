"""All clips of the demo town, written by hand in both languages."""

from miaohui.demo.clips import (
    cats,
    cycling,
    dance,
    football,
    garden,
    hiking,
    lanterns,
    retro,
    stars,
    street_food,
    tea,
)
from miaohui.demo.ideas import Idea

IDEAS: tuple[Idea, ...] = (
    *street_food.IDEAS,
    *tea.IDEAS,
    *cats.IDEAS,
    *lanterns.IDEAS,
    *hiking.IDEAS,
    *stars.IDEAS,
    *dance.IDEAS,
    *garden.IDEAS,
    *football.IDEAS,
    *cycling.IDEAS,
    *retro.IDEAS,
)

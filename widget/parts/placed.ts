import { noChange } from 'lit';
import { Directive, directive, PartType, type ElementPart, type PartInfo } from 'lit/directive.js';

/**
 * Inline style properties of an element: `<div ${placed({ left: '8px' })}>`. Set through the CSSOM from the first
 * rendering on: `styleMap` writes its first value as a `style` attribute, which a host page's `style-src` without
 * `unsafe-inline` refuses.
 */
class PlacedDirective extends Directive {
  #names: readonly string[] = [];

  constructor(part: PartInfo) {
    super(part);
    if (part.type !== PartType.ELEMENT) throw new Error('placed() belongs on the element itself');
  }

  override render(_properties: Readonly<Record<string, string>>): typeof noChange {
    return noChange;
  }

  override update(part: ElementPart, [properties]: [Readonly<Record<string, string>>]): typeof noChange {
    if (!(part.element instanceof HTMLElement)) return noChange;
    const { style } = part.element;
    for (const name of this.#names) if (!(name in properties)) style.removeProperty(name);
    for (const [name, value] of Object.entries(properties)) style.setProperty(name, value);
    this.#names = Object.keys(properties);
    return noChange;
  }
}

export const placed = directive(PlacedDirective);

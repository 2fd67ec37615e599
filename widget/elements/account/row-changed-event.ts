/** The row has another version by now, by what was done beside the form. */
export class RowChangedEvent extends Event {
  static readonly type = 'telebar-row-changed';
  constructor() {
    super(RowChangedEvent.type, { bubbles: true, composed: true });
  }
}

/** The form is not needed any more. */
export class FormDoneEvent extends Event {
  static readonly type = 'telebar-form-done';
  /** What was made, changed or taken away; null: nothing. */
  readonly saved: string | null;
  constructor(saved: string | null) {
    super(FormDoneEvent.type);
    this.saved = saved;
  }
}

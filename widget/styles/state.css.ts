import { css } from 'lit';

/** `--state` on any element with `data-state` (agent) or `data-party` (cell of the call-state table). */
export const stateColours = css`
  [data-state] {
    --state: var(--telebar-state-signed-out);
  }
  [data-state='idle'] {
    --state: var(--telebar-state-idle);
  }
  [data-state='ringing'],
  [data-state='dialling'] {
    --state: var(--telebar-state-ringing);
  }
  [data-state='talking'] {
    --state: var(--telebar-state-talking);
  }
  [data-state='monitoring'] {
    --state: var(--telebar-state-consulting);
  }
  [data-state='holding'] {
    --state: var(--telebar-state-held);
  }
  [data-state='acw'] {
    --state: var(--telebar-state-acw);
  }
  [data-state='paused'] {
    --state: var(--telebar-state-paused);
  }
  [data-party='dialling'],
  [data-party='ringing'] {
    --state: var(--telebar-party-ringing);
  }
  [data-party='talking'] {
    --state: var(--telebar-party-talking);
  }
  [data-party='held'] {
    --state: var(--telebar-state-held);
  }
  [data-party='conference'] {
    --state: var(--telebar-party-conference);
  }
  [data-party='gone'] {
    --state: var(--telebar-party-gone);
  }
`;

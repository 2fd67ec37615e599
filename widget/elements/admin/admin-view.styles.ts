import { css } from 'lit';

export const viewStyles = css`
  :host {
    display: grid;
    grid-template: minmax(0, 1fr) / 184px minmax(0, 1fr) auto;
    position: relative;
    height: 100%;
    min-height: 420px;
    background: var(--telebar-surface);
    container-type: inline-size;
  }
  nav {
    display: flex;
    flex-direction: column;
    gap: 2px;
    padding: 16px 8px;
    border-inline-end: 1px solid var(--telebar-line);
    background: var(--telebar-sunken);
    overflow-y: auto;
  }
  .team {
    margin: 0 0 8px;
    padding: 0 10px;
    font-weight: 600;
    overflow-wrap: anywhere;
  }
  nav button {
    appearance: none;
    min-height: 36px;
    margin: 0;
    padding: 0 10px;
    border: 0;
    border-radius: var(--telebar-radius-small);
    background: transparent;
    color: var(--telebar-text-muted);
    font: inherit;
    font-weight: 500;
    text-align: start;
    cursor: pointer;
  }
  nav button:hover {
    background: var(--telebar-hover);
    color: var(--telebar-text);
  }
  nav button[aria-current] {
    background: color-mix(in srgb, var(--telebar-accent) 12%, transparent);
    color: var(--telebar-text);
  }
  main {
    display: flex;
    flex-direction: column;
    min-width: 0;
    min-height: 0;
  }
  telebar-set-up-list {
    flex: 1;
  }
  aside {
    display: flex;
    width: 400px;
    min-height: 0;
    border-inline-start: 1px solid var(--telebar-line);
    background: var(--telebar-raised);
  }
  .own {
    display: flex;
    flex-direction: column;
    flex: 1;
    min-width: 0;
  }
  .own .head {
    display: flex;
    align-items: center;
    flex: none;
    min-height: 48px;
    padding: 8px 8px 8px 16px;
    border-bottom: 1px solid var(--telebar-line);
  }
  .own h2 {
    flex: 1;
    font-size: 16px;
    line-height: 24px;
  }
  .own .body {
    display: grid;
    align-content: start;
    gap: 24px;
    flex: 1;
    padding: 16px;
    overflow-y: auto;
  }
  nav .account {
    margin-top: auto;
  }
  telebar-people-import,
  telebar-set-up-form {
    flex: 1;
    min-width: 0;
  }
  .stale {
    margin: 12px 20px 0;
    padding: 8px 12px;
    border-radius: var(--telebar-radius-small);
    background: color-mix(in srgb, var(--telebar-warning) 14%, transparent);
    font-size: 13px;
    line-height: 18px;
  }
  .state,
  .login {
    grid-area: 1 / 1 / -1 / -1;
    place-self: center;
  }
  .state {
    padding: 24px;
    color: var(--telebar-text-muted);
    text-align: center;
  }
  .login {
    width: min(360px, 100% - 32px);
    padding-top: 12px;
    border: 1px solid var(--telebar-line);
    border-radius: var(--telebar-radius);
    background: var(--telebar-raised);
  }
  .over {
    position: absolute;
    inset: 0;
    z-index: 3;
    display: grid;
    place-items: center;
    background: color-mix(in srgb, var(--telebar-sunken) 80%, transparent);
  }
  .first {
    width: min(560px, 100% - 32px);
  }
  :focus-visible {
    outline: 2px solid var(--telebar-focus);
    outline-offset: -2px;
  }
  @media (max-width: 1080px) {
    :host {
      grid-template-columns: 152px minmax(0, 1fr);
    }
    aside {
      position: absolute;
      inset: 0 0 0 auto;
      z-index: 2;
      width: min(420px, 100%);
      box-shadow: var(--telebar-shadow);
    }
  }
  @media (max-width: 640px) {
    :host {
      grid-template: auto minmax(0, 1fr) / minmax(0, 1fr);
    }
    nav {
      flex-direction: row;
      padding: 8px;
      border-inline-end: 0;
      border-bottom: 1px solid var(--telebar-line);
      overflow-x: auto;
    }
    nav button {
      flex: none;
    }
    .team {
      display: none;
    }
    aside {
      width: 100%;
      border: 0;
    }
  }
`;

import { LitElement, css, html, nothing } from 'lit';
import { customElement } from 'lit/decorators.js';
import MicVocal from 'lucide/dist/esm/icons/mic.mjs';
import Square from 'lucide/dist/esm/icons/square.mjs';
import Volume2 from 'lucide/dist/esm/icons/volume-2.mjs';
import { DeskController } from '../../controllers/desk-controller.ts';
import { MediaDevicesController } from '../../controllers/media-devices-controller.ts';
import { PreferencesController } from '../../controllers/preferences-controller.ts';
import { LocaleController } from '../../i18n/locale-controller.ts';
import { icon } from '../../icons/icon.ts';
import { button } from '../../styles/button.css.ts';
import { field } from '../../styles/field.css.ts';
import { reset } from '../../styles/reset.css.ts';
import { issue } from '../../parts/issue.ts';
import { SoundTest } from './sound-test.ts';

type DevicePreference = 'ringDeviceId' | 'speakerId' | 'microphoneId';

/** Ring device and volume, speaker and microphone, each with a test. */
@customElement('telebar-sound-settings')
export class SoundSettings extends LitElement {
  static override styles = [
    reset,
    button,
    field,
    css`
      :host {
        display: grid;
        gap: 16px;
      }
      .line {
        display: grid;
        grid-template-columns: minmax(0, 1fr) auto;
        align-items: center;
        gap: 8px;
      }
      .line .button.icon-only {
        width: 36px;
        min-height: 36px;
      }
      .keep {
        display: flex;
        align-items: center;
        gap: 8px;
      }
      output {
        font-variant-numeric: tabular-nums;
      }
      meter {
        width: 100%;
        height: 8px;
        border: 0;
        border-radius: 4px;
        background: var(--telebar-hover);
      }
      meter::-webkit-meter-inner-element {
        display: block;
      }
      meter::-webkit-meter-bar {
        height: 8px;
        border: 0;
        border-radius: 4px;
        background: var(--telebar-hover);
      }
      meter::-webkit-meter-optimum-value {
        border-radius: 4px;
        background: var(--telebar-success);
      }
    `,
  ];

  readonly #desk = new DeskController(this);
  readonly #devices = new MediaDevicesController(this);
  readonly #preferences = new PreferencesController(this);
  readonly #locale = new LocaleController(this, 'panels');
  readonly #test = new SoundTest(this);

  override render(): unknown {
    const { text } = this.#locale;
    const preferences = this.#preferences.value;
    if (preferences === undefined) return nothing;
    const { microphones, speakers } = this.#devices.list;
    const unnamed = microphones.every((device) => device.label === '');
    const measuring = this.#test.level !== null;
    return html`
      ${
        this.#devices.canSelectSpeaker
          ? this.#device('ringDeviceId', text.t('settings.ringDevice'), speakers, {
              label: text.t('settings.ringTest'),
              run: () => this.#test.playRing(preferences.ringDeviceId, preferences.ringVolume),
            })
          : nothing
      }
      <div class="field">
        <label class="label" for="volume">
          ${text.t('settings.ringVolume')}<output>${text.percent(preferences.ringVolume)}</output>
        </label>
        <input
          id="volume"
          type="range"
          min="0"
          max="1"
          step="0.05"
          .value=${String(preferences.ringVolume)}
          @change=${(event: Event) =>
            this.#preferences.set({ ringVolume: Number((event.target as HTMLInputElement).value) })}
        />
      </div>
      ${
        this.#devices.canSelectSpeaker
          ? this.#device('speakerId', text.t('settings.speaker'), speakers, {
              label: text.t('settings.speakerTest'),
              run: () => this.#test.playTone(preferences.speakerId),
            })
          : nothing
      }
      ${this.#device('microphoneId', text.t('settings.microphone'), microphones, {
        label: text.t(measuring ? 'settings.microphoneStop' : 'settings.microphoneTest'),
        run: async () => (measuring ? this.#test.stop() : await this.#test.listen(preferences.microphoneId)),
      })}
      ${
        measuring
          ? html`<meter
              min="0"
              max="1"
              .value=${this.#test.level ?? 0}
              aria-label=${text.t('settings.microphoneLevel')}
            ></meter>`
          : nothing
      }
      <div class="field">
        <label class="keep">
          <input
            type="checkbox"
            id="keepMicrophone"
            .checked=${preferences.keepMicrophone}
            @change=${(event: Event) =>
              this.#preferences.set({ keepMicrophone: (event.target as HTMLInputElement).checked })}
          />${text.t('settings.keepMicrophone')}
        </label>
        <p class="hint">${text.t('settings.keepMicrophoneHint')}</p>
      </div>
      ${this.#test.refused ? html`<p class="error-text" role="alert">${text.t('microphone.refused')}</p>` : nothing}
      ${
        unnamed
          ? html`<div class="field">
              <p class="hint">${text.t('settings.noAccess')}</p>
              <button
                class="button small"
                type="button"
                @click=${() => issue(this.#desk.commands?.refreshPhone())}
              >
                ${text.t('settings.allow')}
              </button>
            </div>`
          : nothing
      }
    `;
  }

  #device(
    preference: DevicePreference,
    label: string,
    devices: readonly MediaDeviceInfo[],
    test: { label: string; run: () => Promise<void> },
  ): unknown {
    const { text } = this.#locale;
    const chosen = this.#preferences.value?.[preference] ?? null;
    const named = devices.filter((device) => device.deviceId !== '' && device.deviceId !== 'default');
    const unknown = devices.every(({ deviceId }) => deviceId === '');
    const measuring = preference === 'microphoneId' && this.#test.level !== null;
    return html`<div class="field">
      <label class="label" for=${preference}>${label}</label>
      <span class="line">
        <select
          class="input"
          id=${preference}
          @change=${(event: Event) =>
            this.#preferences.set({ [preference]: (event.target as HTMLSelectElement).value || null })}
        >
          <option value="" ?selected=${chosen === null}>${text.t('settings.default')}</option>
          ${
            chosen === null || unknown || named.some(({ deviceId }) => deviceId === chosen)
              ? nothing
              : html`<option value=${chosen} selected>${text.t('settings.absent')}</option>`
          }
          ${named.map(
            (device, index) =>
              html`<option value=${device.deviceId} ?selected=${device.deviceId === chosen}>
                ${device.label || text.t('settings.device', { count: index + 1 })}
              </option>`,
          )}
        </select>
        <button
          class="button icon-only"
          type="button"
          aria-label=${test.label}
          title=${test.label}
          @click=${() => void test.run().catch(reportError)}
        >
          ${icon(preference === 'microphoneId' ? (measuring ? Square : MicVocal) : Volume2)}
        </button>
      </span>
    </div>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'telebar-sound-settings': SoundSettings;
  }
}

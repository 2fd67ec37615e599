// First: elements in the host's own markup ask for their contexts as soon as they are defined.
import './host/contexts-of-page.ts';
import './elements/phone-bar/phone-bar.ts';
import './elements/admin/admin.ts';

export { createTelebar } from './host/api.ts';
export { createSoftphone } from './host/mount.ts';
export { CommandError } from './live/command-error.ts';
export type {
  Position,
  TelebarAgent,
  TelebarApi,
  TelebarCall,
  TelebarDevices,
  TelebarEventDetails,
  TelebarEventMap,
  TelebarOptions,
  TelebarForced,
  TelebarState,
  TelebarSupervisor,
  TelebarUi,
  TelebarWorkPhone,
} from './host/telebar.ts';
export type {
  MicrophoneState,
  RegistrationState,
  Softphone,
  SoftphoneAccount,
  SoftphoneEvent,
  SoftphoneLeg,
  SoftphoneState,
} from './softphone/softphone.ts';

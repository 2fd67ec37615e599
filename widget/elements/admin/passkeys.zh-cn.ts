import type { Sentences } from '../../i18n/sentences.ts';
import type { passkeys as english } from './passkeys.en.ts';

export const passkeys: Sentences<typeof english> = {
  'admin.passkeys': '通行密钥',
  'admin.passkeys.lead':
    '使用通行密钥可凭指纹、面容、PIN 或安全密钥在此页面登录，无需密码和验证码。原密码仍然有效。',
  'admin.passkeys.add': '添加通行密钥',
  'admin.passkeys.name': '名称',
  'admin.passkeys.password': '当前密码',
  'admin.passkeys.make': '创建通行密钥',
  'admin.passkeys.cancel': '取消',
  'admin.passkeys.remove': '移除',
  'admin.passkeys.remove.sentence': '“{name}”将不能再用于登录。请同时在设备中删除它，否则设备仍会提供它。',
  'admin.passkeys.unused': '{since} 添加，从未使用',
  'admin.passkeys.used': '{since} 添加，{used} 最近使用',
  'admin.passkeys.insecure': '通行密钥需要 HTTPS，请从 {origin}/admin/ 打开此页面。',
  'admin.passkeys.elsewhere': '通行密钥属于 {origin}，请从 {origin}/admin/ 打开此页面。',
  'admin.passkeys.unsupported': '此浏览器不支持通行密钥。',
  'admin.passkeys.cancelled': '浏览器没有得到通行密钥，请重试。',
  'admin.passkeys.known': '此设备上已有您的通行密钥。',
  'admin.passkeys.failed': '浏览器无法在此创建或使用通行密钥。',
  'admin.ways.passkey': '使用通行密钥登录',
  'admin.ways.passkey.instead': '改用通行密钥',
};

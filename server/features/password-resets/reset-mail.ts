import type { Locale } from '../../contract/wire.ts';
import type { Mail } from '../../core/ports/mailer.ts';

/** The mail with the link. @param team its name */
export function mailOf(
  link: string,
  {
    team,
    name,
    username,
    email,
    locale,
  }: Record<'team' | 'name' | 'username' | 'email', string> & { locale: Locale },
): Mail {
  return locale === 'zh-CN'
    ? {
        to: email,
        subject: `重置 ${team} 的登录密码`,
        text: [
          `${name}，您好：`,
          '',
          `有人请求为 ${team} 的用户 ${username} 设置新密码。请在 30 分钟内打开以下链接，链接只能使用一次：`,
          '',
          link,
          '',
          '如果不是您本人操作，请忽略此邮件，密码不会改变。',
        ].join('\n'),
      }
    : {
        to: email,
        subject: `Choose another password for ${team}`,
        text: [
          `Hello ${name},`,
          '',
          `somebody wants to choose another password for the user ${username} of ${team}. This link does that, once, within 30 minutes:`,
          '',
          link,
          '',
          'If that was not you, do nothing: the password stays as it is.',
        ].join('\n'),
      };
}

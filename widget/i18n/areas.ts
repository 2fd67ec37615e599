/**
 * The areas of the widget, each with sentences of its own that lie beside its elements. Each language of each is a chunk: a page loads what
 * somebody reads of it. An element says which area its words are of (`LocaleController`), and may use no others.
 */
export const areas = {
  bar: {
    en: () => import('../elements/phone-bar/bar.en.ts'),
    'zh-CN': () => import('../elements/phone-bar/bar.zh-cn.ts'),
  },
  panels: {
    en: () => import('../elements/phone-bar/panels.en.ts'),
    'zh-CN': () => import('../elements/phone-bar/panels.zh-cn.ts'),
  },
  parties: {
    en: () => import('../elements/phone-bar/parties.en.ts'),
    'zh-CN': () => import('../elements/phone-bar/parties.zh-cn.ts'),
  },
  supervision: {
    en: () => import('../elements/phone-bar/supervision.en.ts'),
    'zh-CN': () => import('../elements/phone-bar/supervision.zh-cn.ts'),
  },
  screenPop: {
    en: () => import('../elements/screen-pop/screen-pop.en.ts'),
    'zh-CN': () => import('../elements/screen-pop/screen-pop.zh-cn.ts'),
  },
  admin: {
    en: () => import('../elements/admin/admin.en.ts'),
    'zh-CN': () => import('../elements/admin/admin.zh-cn.ts'),
  },
  people: {
    en: () => import('../elements/admin/people.en.ts'),
    'zh-CN': () => import('../elements/admin/people.zh-cn.ts'),
  },
  account: {
    en: () => import('../elements/account/account.en.ts'),
    'zh-CN': () => import('../elements/account/account.zh-cn.ts'),
  },
  refusals: {
    en: () => import('./refusals.en.ts'),
    'zh-CN': () => import('./refusals.zh-cn.ts'),
  },
};

export type Area = keyof typeof areas;

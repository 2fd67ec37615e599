import type { Locale } from './texts.ts';

type Text = Record<Locale, string>;
const both = (en: string, zh: string): Text => ({ en, 'zh-CN': zh });

export interface Order {
  id: string;
  date: string;
  item: Text;
  /** In yuan. */
  amount: number;
}

/** A customer as this CRM keeps them; Telebar's server has a book of its own that knows some of the same numbers. */
export interface CrmCustomer {
  id: string;
  name: Text;
  company: Text;
  mobile: string;
  office: string | null;
  email: string;
  city: Text;
  status: 'active' | 'new' | 'atRisk';
  notes: Text;
  orders: Order[];
}

export const customers: readonly CrmCustomer[] = [
  {
    id: 'C-1041',
    name: both('Zhang Wei', '张伟'),
    company: both('Hengtai Machinery', '恒泰机械'),
    mobile: '13800138001',
    office: '010 6277 0141',
    email: 'zhang.wei@hengtai.example',
    city: both('Beijing', '北京'),
    status: 'active',
    notes: both(
      'Prefers calls before ten. Service contract runs until March; asked about the larger compressor.',
      '希望上午十点前联系。服务合同到三月，询问过大型压缩机。',
    ),
    orders: [
      { id: 'A-20981', date: '2026-11-12', item: both('Compressor KX-40', 'KX-40 压缩机'), amount: 48600 },
      { id: 'A-20713', date: '2026-08-03', item: both('Filter set, 12 pcs', '滤芯套装 12 件'), amount: 3120 },
      { id: 'A-20188', date: '2026-02-21', item: both('Yearly service', '年度保养'), amount: 9800 },
    ],
  },
  {
    id: 'C-1042',
    name: both('Li Na', '李娜'),
    company: both('Qinghe Foods', '清禾食品'),
    mobile: '13800138002',
    office: '021 5208 0142',
    email: 'li.na@qinghe.example',
    city: both('Shanghai', '上海'),
    status: 'active',
    notes: both('Speaks for four plants. Invoices go to head office.', '代表四家工厂。发票寄总部。'),
    orders: [
      { id: 'A-20977', date: '2026-11-09', item: both('Cold store sensors', '冷库传感器'), amount: 22450 },
      { id: 'A-20640', date: '2026-07-15', item: both('Gateway G2', 'G2 网关'), amount: 5400 },
    ],
  },
  {
    id: 'C-1043',
    name: both('Wang Fang', '王芳'),
    company: both('Blue Harbour Logistics', '蓝港物流'),
    mobile: '13800138003',
    office: null,
    email: 'wang.fang@blueharbour.example',
    city: both('Ningbo', '宁波'),
    status: 'atRisk',
    notes: both('Two late deliveries in October. Call back this week.', '十月两次延迟交货。本周回访。'),
    orders: [
      {
        id: 'A-20902',
        date: '2026-10-18',
        item: both('Pallet tags, 500 pcs', '托盘标签 500 件'),
        amount: 7900,
      },
    ],
  },
  {
    id: 'C-1044',
    name: both('Chen Jie', '陈杰'),
    company: both('Yunling Tea', '云岭茶业'),
    mobile: '13800138004',
    office: '0871 6318 0144',
    email: 'chen.jie@yunling.example',
    city: both('Kunming', '昆明'),
    status: 'new',
    notes: both('First order shipped on Monday.', '首单周一已发货。'),
    orders: [
      {
        id: 'A-20990',
        date: '2026-11-16',
        item: both('Packing line, trial', '包装线（试用）'),
        amount: 15200,
      },
    ],
  },
  {
    id: 'C-1045',
    name: both('Emma Clarke', '艾玛·克拉克'),
    company: both('Thornbury Trading', '桑伯里贸易'),
    mobile: '+44 20 7946 0145',
    office: null,
    email: 'emma@thornbury.example',
    city: both('London', '伦敦'),
    status: 'active',
    notes: both('Eight hours behind. English only.', '时差八小时，只说英语。'),
    orders: [
      { id: 'A-20955', date: '2026-11-02', item: both('Compressor KX-20', 'KX-20 压缩机'), amount: 31900 },
      { id: 'A-20804', date: '2026-09-10', item: both('Spare part kit', '备件包'), amount: 2680 },
    ],
  },
  {
    id: 'C-1046',
    name: both('Zhao Min', '赵敏'),
    company: both('Xinghe Clinic', '星河诊所'),
    mobile: '13800138006',
    office: '020 8331 0146',
    email: 'zhao.min@xinghe.example',
    city: both('Guangzhou', '广州'),
    status: 'active',
    notes: both('Front desk answers until 18:00.', '前台接听至 18:00。'),
    orders: [{ id: 'A-20871', date: '2026-10-02', item: both('Air drier D8', 'D8 干燥机'), amount: 12700 }],
  },
  {
    id: 'C-1047',
    name: both('Liu Yang', '刘洋'),
    company: both('Northgate Print', '北门印务'),
    mobile: '13800138007',
    office: null,
    email: 'liu.yang@northgate.example',
    city: both('Tianjin', '天津'),
    status: 'atRisk',
    notes: both('Waiting for a quote since 4 November.', '自 11 月 4 日起等待报价。'),
    orders: [
      { id: 'A-20519', date: '2026-06-04', item: both('Compressor KX-20', 'KX-20 压缩机'), amount: 31900 },
    ],
  },
];

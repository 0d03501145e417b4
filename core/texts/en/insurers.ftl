### Insurers and hand-over

insurer-picc = PICC P&C
insurer-pingan = Ping An P&C
insurer-cpic = CPIC P&C
insurer-chinalife = China Life P&C
insurer-cic = China United P&C
insurer-ccic = China Continent P&C
insurer-sunshine = Sunshine P&C
insurer-taiping = Taiping General
insurer-tianan = Tian An P&C
insurer-huaan = Sinosafe P&C
insurer-yongan = Yong An P&C
insurer-huatai = Huatai P&C
insurer-dajia = Dajia P&C
insurer-bohai = Bohai P&C
insurer-dubang = Dubang P&C
insurer-yingda = Yingda Taihe P&C
insurer-zijin = Zijin P&C
insurer-taishan = Taishan P&C
insurer-ancheng = Ancheng P&C
insurer-zhongan = ZhongAn Online P&C
insurer-alltrust = Alltrust P&C
insurer-dinghe = Dinghe P&C

